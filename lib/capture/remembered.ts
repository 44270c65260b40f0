/** What middleware keeps of a request until its response is complete. Plain data, bounded; reading it further happens later. */
export type Remembered = {
  site: string;
  kind: "view" | "action";
  method: string;
  route: string;
  path: string;
  /** The query, with its `?`, or empty. */
  search: string;
  /** Host and port as the client named them. */
  host: string;
  /** The id in the visitor's cookie, or null where none may be used. */
  visitorId: string | null;
  /** Whether the browser brought that id: a visitor that was here before. */
  knownVisitor: boolean;
  /** Whether the browser takes the connection for a secure one (https, or this machine), and so sends all its headers. */
  secure: boolean;
  headers: KeptHeaders;
};

/** The headers that an event is read from. */
export const KEPT_HEADERS = [
  "accept-language",
  "cf-connecting-ip",
  "cf-ipcountry",
  "cookie",
  "dnt",
  "forwarded",
  "origin",
  "referer",
  "sec-ch-ua",
  "sec-ch-ua-mobile",
  "sec-ch-ua-platform",
  "sec-fetch-mode",
  "sec-gpc",
  "user-agent",
  "x-forwarded-for",
  "x-real-ip",
  "x-vercel-forwarded-for",
  "x-vercel-ip-country",
] as const;
export type KeptHeaders = Partial<Record<(typeof KEPT_HEADERS)[number], string>>;

/** Copies what is worth keeping out of a request's headers. */
export function keepHeaders(headers: Headers): KeptHeaders {
  const kept: KeptHeaders = {};
  for (const name of KEPT_HEADERS) {
    const value = headers.get(name);
    if (value) kept[name] = value;
  }
  return kept;
}
