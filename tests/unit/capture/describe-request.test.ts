import { describe, expect, test } from "vitest";
import { type Description, describeRequest } from "@/lib/capture/describe-request";

const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";
const HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const PAGE = { "sec-fetch-dest": "document", accept: HTML };

const CASES: [string, string, Record<string, string>, Description][] = [
  ["a link followed", "GET", PAGE, { kind: "view" }],
  ["a page asked by a browser without fetch metadata", "GET", { accept: HTML }, { kind: "view" }],
  ["a page on a plain HTTP host, XHTML accepted", "GET", { accept: "application/xhtml+xml" }, { kind: "view" }],
  ["a form posted without a script", "POST", { ...PAGE, "content-type": "application/x-www-form-urlencoded" }, { kind: "action" }],
  [
    "a server action posted by a script",
    "POST",
    { "next-action": "40ab", accept: "text/x-component", "sec-fetch-dest": "empty" },
    { kind: "action" },
  ],
  ["a deletion", "DELETE", { "sec-fetch-dest": "empty" }, { kind: "action" }],
  ["a HEAD request", "HEAD", PAGE, { ignored: "not-an-interaction" }],
  ["a CORS preflight", "OPTIONS", { "sec-fetch-dest": "empty" }, { ignored: "not-an-interaction" }],
  ["a prefetch by the browser", "GET", { ...PAGE, "sec-purpose": "prefetch" }, { ignored: "prefetch" }],
  ["a prerender by the browser", "GET", { ...PAGE, "sec-purpose": "prefetch;prerender" }, { ignored: "prefetch" }],
  ["a prefetch in the older words", "GET", { ...PAGE, purpose: "prefetch" }, { ignored: "prefetch" }],
  ["a prefetch in Firefox's words", "GET", { accept: HTML, "x-moz": "prefetch" }, { ignored: "prefetch" }],
  ["a prefetch by the router", "GET", { rsc: "1", "next-router-prefetch": "1", "sec-fetch-dest": "empty" }, { ignored: "prefetch" }],
  ["a prefetch of a segment", "GET", { rsc: "1", "next-router-segment-prefetch": "/_tree" }, { ignored: "prefetch" }],
  ["data for a soft navigation", "GET", { rsc: "1", "sec-fetch-dest": "empty" }, { ignored: "client-navigation" }],
  ["data for a soft navigation, without fetch metadata", "GET", { rsc: "1", accept: "*/*" }, { ignored: "client-navigation" }],
  ["a script's fetch of a page", "GET", { "sec-fetch-dest": "empty", accept: HTML }, { ignored: "not-a-document" }],
  ["a page in a frame", "GET", { "sec-fetch-dest": "iframe", accept: HTML }, { ignored: "not-a-document" }],
  ["a picture", "GET", { "sec-fetch-dest": "image", accept: "image/avif,*/*" }, { ignored: "not-a-document" }],
  ["a browser's fetch without metadata", "GET", { accept: "*/*" }, { ignored: "not-a-document" }],
  ["a page asked by curl, to be stored apart", "GET", { accept: "*/*", "user-agent": "curl/8.5.0" }, { kind: "view" }],
  [
    "an action that the server forwards to itself",
    "POST",
    { "x-footfall-inner": "1", "next-action": "40ab" },
    { ignored: "inner-request" },
  ],
];

describe("a request is described by what a person did", () => {
  test.each(CASES)("%s", (_, method, headers, expected) => {
    const all: Record<string, string> = { "user-agent": CHROME, ...headers };
    expect(describeRequest({ method, header: (name) => all[name] ?? null })).toEqual(expected);
  });
});
