import { expect, test } from "vitest";
import type { ServerPart } from "@/lib/lifecycle/part";
import { runParts } from "@/lib/lifecycle/run-parts";

function makeParts() {
  const log: string[] = [];
  const part = (name: string, more: Partial<ServerPart> = {}): ServerPart => ({
    name,
    start: () => void log.push(`start ${name}`),
    stop: () => void log.push(`stop ${name}`),
    ...more,
  });
  const reports: string[] = [];
  const report = (message: string) => void reports.push(message);
  return { log, part, reports, report };
}

test("parts start in order and stop in reverse", async () => {
  const { log, part } = makeParts();
  const running = await runParts([part("a"), part("b"), part("c")]);
  await running.stop();
  await running.stop();
  expect(log).toEqual(["start a", "start b", "start c", "stop c", "stop b", "stop a"]);
});

test("what outlives requests stops after the last response, the streams before it", async () => {
  const { log, part } = makeParts();
  const running = await runParts([part("buffer", { outlivesRequests: true }), part("streams")]);
  let drain: () => void = () => undefined;
  const drained = new Promise<void>((resolve) => {
    drain = () => {
      log.push("last response");
      resolve();
    };
  });
  const stopping = running.stop(drained);
  drain();
  await stopping;
  expect(log.slice(2)).toEqual(expect.arrayContaining(["stop streams", "last response", "stop buffer"]));
  expect(log.at(-1)).toBe("stop buffer");
});

test("a part that cannot start is told of and left out", async () => {
  const { log, part, reports, report } = makeParts();
  const broken = part("broken", { start: () => Promise.reject(new Error("no")) });
  const running = await runParts([broken, part("b")], { report });
  await running.stop();
  expect(log).toEqual(["start b", "stop b"]);
  expect(reports).toEqual(["broken did not start"]);
});

test("a part that hangs or fails does not keep the others from stopping", async () => {
  const { log, part, reports, report } = makeParts();
  const hangs = part("hangs", { stop: () => new Promise<void>(() => undefined) });
  const fails = part("fails", { stop: () => Promise.reject(new Error("no")) });
  const running = await runParts([part("a"), hangs, fails], { stopTimeoutMs: 10, report });
  await running.stop();
  expect(log.at(-1)).toBe("stop a");
  expect(reports).toEqual(["fails did not stop cleanly", "hangs did not stop cleanly"]);
});
