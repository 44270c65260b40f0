const LABEL = "[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?";
const HOST = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$|^\\[[0-9a-f:.]+\\]$`);

/** The name of a host, `staging.example.com`, or of all beneath one, `*.example.com`. Null for anything else. A port is left out. */
export function parseHostRule(text: string): string | null {
  const host = bareHost(text.trim().replace(/^https?:\/\//i, ""));
  return host.length <= 253 && HOST.test(host) ? host : null;
}

/** A host as a header names it, without its port, in lower case. */
const bareHost = (host: string): string => host.toLowerCase().replace(/\/$/, "").replace(/:\d+$/, "").replace(/\.$/, "");

/** Finds the rule that holds for a host: a look-up for it and for each domain it is in. */
export function compileHostRules(rules: readonly string[]): (host: string) => string | null {
  const known = new Set(rules);
  return (asked) => {
    if (known.size === 0) return null;
    const host = bareHost(asked);
    if (known.has(host)) return host;
    for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
      const domain = `*${host.slice(dot)}`;
      if (known.has(domain)) return domain;
    }
    return null;
  };
}
