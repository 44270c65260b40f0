import type { KeptHeaders } from "../remembered";

/** What is missing of what the browser that a client claims to be would have sent. Each has innocent causes too: none counts alone. */
export function findHeaderTells(headers: KeptHeaders, secure: boolean): string[] {
  const tells: string[] = [];
  if (!headers["accept-language"]) tells.push("no language");
  if (secure && claimsFetchMetadata(headers["user-agent"] ?? "") && !headers["sec-fetch-mode"]) tells.push("no fetch metadata");
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
