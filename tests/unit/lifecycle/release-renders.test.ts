import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { releaseRenders } from "../../../lib/lifecycle/release-renders";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What ends a render, called as a method of an object, as Node calls a timer's; whether that object is gone while the signal is kept. */
async function isReleased(message: string): Promise<boolean> {
  const controller = new AbortController();
  const caller = (() => {
    const receiver = { end: () => {}, large: new Array(1_000).fill(0) };
    receiver.end = function end(this: unknown) {
      controller.abort(new Error(message));
    };
    receiver.end();
    return new WeakRef(receiver);
  })();
  await nextTurn();
  collectGarbage();
  expect(controller.signal.reason).toMatchObject({ message });
  return caller.deref() === undefined;
}

/** As React says it; a test below looks whether it still does. */
const COMPLETED = "This render completed successfully. All cacheSignals are now aborted to allow clean up of any unused resources.";

test("a render that has ended does not keep who ended it; other reasons keep their stack", async () => {
  expect(await isReleased(COMPLETED), "what is mended here: without it, the frames are kept").toBe(false);
  releaseRenders();
  releaseRenders();
  expect(await isReleased(COMPLETED)).toBe(true);
  const other = new AbortController();
  other.abort(new Error("A client left."));
  expect(other.signal.reason.stack).toContain("release-renders.test");
  const bare = new AbortController();
  bare.abort();
  expect(bare.signal.reason).toMatchObject({ name: "AbortError" });
});

test("the React that Next brings still says so", async () => {
  const runtime = createRequire(import.meta.url).resolve("next/dist/compiled/next-server/app-page-turbo.runtime.prod.js");
  expect(await readFile(runtime, "utf8")).toContain(`Error("${COMPLETED}")`);
});
