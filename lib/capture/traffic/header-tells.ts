import type { Remembered } from "../remembered";

/**
 * What is missing of what the browser that a client claims to be would have sent. Each has innocent causes too: none counts alone. A
 * programmer's HTTP library fills in `*` for the language, and calls no request a navigation.
 */
export function findHeaderTells({ kind, headers, secure }: Pick<Remembered, "kind" | "headers" | "secure">): string[] {
  const tells: string[] = [];
  if ((headers["accept-language"] ?? "*").trim() === "*") tells.push("no language");
  const mode = headers["sec-fetch-mode"];
  const fits = kind === "view" ? mode === "navigate" : mode !== undefined;
  if (secure && !fits && claimsFetchMetadata(headers["user-agent"] ?? "")) tells.push("no fetch metadata");
  return tells;
}

/** The versions from which a browser sends `Sec-Fetch-*` to a secure site with every request. */
const SINCE: [RegExp, number][] = [
  [/\bChrome\/(\d+)/, 80],
  [/\bFirefox\/(\d+)/, 90],
  [/\bVersion\/(\d+(?:\.\d+)?)\S* (?:Mobile\/\S+ )?Safari\//, 16.4],
];

function claimsFetchMetadata(userAgent: string): boolean {
  const claimed = SINCE.find(([pattern]) => pattern.test(userAgent));
  return claimed !== undefined && Number(claimed[0].exec(userAgent)?.[1]) >= claimed[1];
}
