import { type Browser, chromium } from "playwright";
import { BROWSER_FLAGS, ensureBrowser } from "../../../lib/cli/test/find-browser";
import type { Bench } from "./bench";
import { findFreePort } from "./servers";

/** A real Chromium, for what a person waits for; `port` is where its debugger listens. */
export const openBrowser = (bench: Bench): Promise<{ browser: Browser; port: number }> =>
  bench.once("browser", async () => {
    const port = await findFreePort();
    const executablePath = ensureBrowser((step) => bench.say(step));
    const browser = await chromium.launch({ executablePath, args: [...BROWSER_FLAGS, `--remote-debugging-port=${port}`] });
    bench.defer(() => browser.close());
    return { browser, port };
  });
