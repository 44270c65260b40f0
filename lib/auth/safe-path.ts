/**
 * Where to go after a sign-in: the path if it stays on this site, else the fallback. Anything a browser could read as another origin
 * (a scheme, `//host`, backslashes, control characters) is refused, and so is the sign-in itself.
 */
export function safePath(value: unknown, fallback = "/"): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop these from a URL before they read it
  if (typeof value !== "string" || value.length > 1000 || !/^\/(?![/\\])[^\\\u0000-\u0020\u007f]*$/.test(value)) return fallback;
  const base = "http://site.invalid";
  if (!URL.canParse(value, base)) return fallback;
  const url = new URL(value, base);
  // `/.//host` is a path here and, written out again without its dot, another host.
  if (url.origin !== base || url.pathname.startsWith("//") || /^\/(login|logout|register|api)(\/|$)/.test(url.pathname)) return fallback;
  return `${url.pathname}${url.search}${url.hash}`;
}
