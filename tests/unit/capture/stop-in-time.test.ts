import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createSilence, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { capturePart } from "@/lib/capture/capture-part";
import { readCounters } from "@/lib/capture/counters";
import { captureState, REQUEST_ID_HEADER } from "@/lib/capture/state";
import { setEnv } from "@/lib/env";
import { runParts } from "@/lib/lifecycle/run-parts";
import { log } from "@/lib/observe/log";

const REQUESTS = 4;

let dir: string;
let silence: ReturnType<typeof createSilence>;
const held: Socket[] = [];
const listen = (server: { listen: (port: number, host: string, then: () => void) => unknown; address: () => unknown }) =>
  new Promise<number>((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "footfall-stop-"));
  silence = createSilence((socket) => void held.push(socket.on("error", () => undefined)));
  const port = await listen(silence);
  // Room on disk for one event or two, so that the rest must be told of.
  setEnv({ DATABASE_URL: `postgresql://nobody@127.0.0.1:${port}/frozen`, FOOTFALL_SPOOL_DIR: dir, FOOTFALL_SPOOL_MB: "0.001" });
});
afterEach(() => {
  for (const socket of held) socket.destroy();
  silence.close();
  rmSync(dir, { recursive: true, force: true });
});

test("a database that hung before it was ever asked costs no event when the server stops: each is on disk, or counted and in the log", async () => {
  const logged = vi.spyOn(log(), "error").mockImplementation(() => undefined);
  const parts = await runParts([capturePart], { report: () => undefined });
  const site = createServer((request, response) => {
    const running = captureState().running.get(String(request.headers[REQUEST_ID_HEADER]));
    if (running) running.remembered = rememberedView();
    response.end("a page");
  });
  const port = await listen(site);
  for (let index = 0; index < REQUESTS; index++) await (await fetch(`http://127.0.0.1:${port}/`)).text();
  await new Promise((resolve) => site.close(resolve));
  await vi.waitFor(() => expect(captureState().running.size).toBe(0));
  await parts.stop();
  const onDisk = readdirSync(dir).flatMap((name) => readFileSync(join(dir, name), "utf8").trim().split("\n"));
  expect(onDisk.length).toBeGreaterThan(0);
  const events = REQUESTS - onDisk.length;
  expect(readCounters()["dropped:stopped"]).toBe(events);
  expect(logged.mock.calls).toContainEqual([{ reason: "stopped", events, sinceStart: events }, "events were dropped"]);
});

const rememberedView = () => ({
  site: "demo",
  kind: "view" as const,
  method: "GET",
  route: "/",
  path: "/",
  search: "",
  host: "site.example",
  visitorId: "visitor-of-the-last-moment",
  knownVisitor: true,
  secure: true,
  headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" },
});
