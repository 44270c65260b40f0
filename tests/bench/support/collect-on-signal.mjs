// Loaded into the servers that are measured: SIGUSR2 has one collect its garbage, so that what it holds is told apart from what V8 has not thrown away yet.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const AGAIN_AFTER_MS = 1_000;

let collect;
process.on("SIGUSR2", () => {
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc");
  }
  collect();
  // What the first time found unused gives its pages back the second time.
  setTimeout(collect, AGAIN_AFTER_MS).unref();
});
