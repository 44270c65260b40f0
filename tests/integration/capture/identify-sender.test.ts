import { afterAll, beforeAll, expect, test } from "vitest";
import { createCaptureContext } from "@/lib/capture/capture-context";
import { identifySender } from "@/lib/capture/collect/identify-sender";
import { refreshSite } from "@/lib/capture/find-site";
import { keepHeaders } from "@/lib/capture/remembered";
import { captureState, REQUEST_ID_HEADER } from "@/lib/capture/state";
import { setEnv } from "@/lib/env";
import { createProcessDatabase } from "../../support/process-database";
import type { TestDatabase } from "../../support/test-database";
import { BROWSERS } from "../../support/user-agents";

const ADDRESS = "93.184.216.34";
const AT = new Date("2026-06-10T12:00:00.000Z");
const userAgent = BROWSERS[0] ?? "";
const BARE = { "user-agent": userAgent };
const WHOLE = { ...BARE, "accept-language": "de", "sec-fetch-mode": "cors" };

let database: TestDatabase;
beforeAll(async () => {
  database = await createProcessDatabase();
  setEnv({ FOOTFALL_IDENTITY: "cookieless" });
  await refreshSite("demo");
  const connection = { startedAt: AT, startedAtMs: 0, remembered: null, mark: {} };
  captureState().running.set("r", { ...connection, id: "r", peerAddress: ADDRESS });
});
afterAll(async () => {
  setEnv({ FOOTFALL_IDENTITY: "" });
  await database.drop();
});

const told = (headers: Record<string, string>) =>
  identifySender(
    new Request("https://shop.example/api/collect", { method: "POST", headers: { ...headers, [REQUEST_ID_HEADER]: "r" } }),
    AT,
  );

test("without cookies, what a fast script tells counts as little as its pages; a browser of the same kind at the same address counts", async () => {
  expect(await told(BARE)).toHaveProperty("sender");
  const { judgeByPace } = createCaptureContext();
  const remembered = {
    site: "demo",
    kind: "view" as const,
    knownVisitor: false,
    secure: true,
    headers: keepHeaders(new Headers(BARE)),
  };
  for (let index = 0; index < 26; index++) judgeByPace({ remembered, visitor: "hash", address: ADDRESS, userAgent }, AT);
  expect(await told(BARE)).toMatchObject({
    excluded: { category: "bot", reason: "no language, no fetch metadata: and over 25 pages in 10 s" },
  });
  expect(await told(WHOLE)).toHaveProperty("sender");
});
