/** A path, which holds for everything beneath it too, or a pattern with `*` for any run of characters. Null for anything that is no path. */
export function parsePathRule(text: string): string | null {
  const word = text.trim();
  if (!/^[/*]/.test(word) || /[\s?#]/.test(word) || word === "*" || word === "/*") return null;
  return decodePath(word);
}

/** Percent-encoding and a slash at the end make no difference. */
function decodePath(path: string): string {
  const bare = path.length > 1 ? path.replace(/\/+$/, "") : path;
  try {
    return decodeURI(bare);
  } catch {
    return bare;
  }
}

/** Finds the rule that holds for a path: a look-up for each of its folders, and one pass for each pattern. */
export function compilePathRules(rules: readonly string[]): (path: string) => string | null {
  const plain = new Set(rules.filter((rule) => !rule.includes("*")));
  const patterns = rules.filter((rule) => rule.includes("*")).map((rule) => ({ rule, parts: rule.split("*") }));
  return (asked) => {
    const path = decodePath(asked);
    if (plain.size > 0) {
      if (plain.has(path)) return path;
      // The root is the page itself: as a folder it would hold for everything.
      for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
        const folder = path.slice(0, end);
        if (plain.has(folder)) return folder;
      }
    }
    return patterns.find(({ parts }) => matches(path, parts))?.rule ?? null;
  };
}

/** Whether the parts follow one another from the beginning to the end of a text. In one pass: no pattern makes it slow. */
function matches(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= text.length - last.length;
}
