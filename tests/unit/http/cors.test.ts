import { expect, test } from "vitest";
import { judgeOrigin } from "@/lib/http/cors";

const isOurs = (host: string) => host === "shop.example" || host === "shop.example:8443";

const LET_THROUGH = { Vary: "Origin", "Access-Control-Allow-Credentials": "true" };

test.each([
  ["no browser at all", {}, true, {}],
  ["a page of the app itself", { origin: "https://stats.example" }, true, {}],
  [
    "a page of another host of the site",
    { origin: "https://shop.example" },
    true,
    { ...LET_THROUGH, "Access-Control-Allow-Origin": "https://shop.example" },
  ],
  [
    "with a port",
    { origin: "https://shop.example:8443" },
    true,
    { ...LET_THROUGH, "Access-Control-Allow-Origin": "https://shop.example:8443" },
  ],
  ["a stranger's page", { origin: "https://evil.example" }, false, { Vary: "Origin" }],
  ["a name that only ends like ours", { origin: "https://notshop.example" }, false, { Vary: "Origin" }],
  ["a sandboxed frame", { origin: "null" }, false, { Vary: "Origin" }],
  ["another scheme", { origin: "ftp://shop.example" }, false, { Vary: "Origin" }],
  ["nonsense", { origin: "https://%" }, false, { Vary: "Origin" }],
  ["a page that hides its name", { "sec-fetch-site": "cross-site" }, false, { Vary: "Origin" }],
])("%s", (_, headers, allowed, told) => {
  expect(judgeOrigin(new Headers({ host: "stats.example", ...headers }), isOurs)).toEqual({ allowed, headers: told });
});
