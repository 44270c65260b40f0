/** A form as it stands in a page: what a browser without scripts would send, and the names it can be told by. */
export interface PageForm {
  /** Fields with the values they have in the page, hidden ones included, in order. */
  fields: [name: string, value: string][];
  /** Names of its fields for a file. */
  files: string[];
  /** Every name a field of it has, also of those that would not be sent as they stand (unchecked boxes, files). */
  names: Set<string>;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

const decode = (text: string): string =>
  text.replace(/&(#x[\da-f]+|#\d+|[a-z]+);/gi, (whole, name: string) => {
    if (name.startsWith("#x") || name.startsWith("#X")) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name.toLowerCase()] ?? whole;
  });

function readAttributes(tag: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single, bare] of tag.matchAll(/([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g))
    attributes.set(name.toLowerCase(), decode(double ?? single ?? bare ?? ""));
  return attributes;
}

const UNSENT = new Set(["submit", "button", "reset", "image", "file"]);

function addInput(form: PageForm, input: Map<string, string>): void {
  const name = input.get("name");
  if (!name || input.has("disabled")) return;
  form.names.add(name);
  const type = input.get("type")?.toLowerCase() ?? "text";
  if (type === "file") form.files.push(name);
  if (UNSENT.has(type)) return;
  if ((type === "radio" || type === "checkbox") && !input.has("checked")) return;
  form.fields.push([name, input.get("value") ?? (type === "checkbox" ? "on" : "")]);
}

function addSelect(form: PageForm, select: Map<string, string>, inside: string): void {
  const name = select.get("name");
  if (!name) return;
  form.names.add(name);
  const options = [...inside.matchAll(/<option\b([^>]*)>([^<]*)/gi)].map(([, tag = "", text = ""]) => ({
    tag: readAttributes(tag),
    text: decode(text),
  }));
  const chosen = options.find((option) => option.tag.has("selected")) ?? options[0];
  if (chosen) form.fields.push([name, chosen.tag.get("value") ?? chosen.text]);
}

/** The forms of a page that server components made, in order. Reads HTML as React writes it, not HTML in general. */
export function readForms(html: string): PageForm[] {
  return [...html.matchAll(/<form\b[^>]*>([\s\S]*?)<\/form>/gi)].map(([, inside = ""]) => {
    const form: PageForm = { fields: [], files: [], names: new Set() };
    for (const [, tag = ""] of inside.matchAll(/<input\b((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi)) addInput(form, readAttributes(tag));
    for (const [, tag = "", options = ""] of inside.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/gi))
      addSelect(form, readAttributes(tag), options);
    return form;
  });
}
