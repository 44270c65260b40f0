import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BROWSER_FLAGS, findBrowser } from "../../lib/cli/test/find-browser";
import { BROWSERS } from "./user-agents";

/** A Chromium whose tabs hide one another as a person's do. */
export type Tabs = {
  /** Opens a page in a new tab, which comes to the front and hides the others. Returns the tab's id. */
  open(url: string): Promise<string>;
  close(tab: string): Promise<void>;
  tabs(): Promise<string[]>;
  stop(): Promise<void>;
};

/**
 * Starts a Chromium that nothing drives: a page under Playwright is told that it is always in front. Tabs are opened and closed by the
 * browser's own HTTP endpoints; what a page does then is its own doing. It names itself by a flag, for a page that goes sends under it too.
 */
export async function startTabs(): Promise<Tabs> {
  const folder = await mkdtemp(join(tmpdir(), "footfall-tabs-"));
  const flags = [
    ...BROWSER_FLAGS,
    `--user-agent=${BROWSERS[0]}`,
    "--headless=new",
    "--remote-debugging-port=0",
    `--user-data-dir=${folder}`,
  ];
  const browser = spawn(findBrowser() ?? "chromium", [...flags, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => browser.once("close", () => resolve()));
  const port = await readPort(browser);
  const ask = async (path: string, method = "GET") => {
    const answer = await fetch(`http://127.0.0.1:${port}/json/${path}`, { method });
    if (!answer.ok) throw new Error(`the browser answered ${answer.status} to ${path}`);
    return answer;
  };
  return {
    open: async (url) => ((await (await ask(`new?${url}`, "PUT")).json()) as { id: string }).id,
    close: async (tab) => {
      await ask(`close/${tab}`);
    },
    tabs: async () => ((await (await ask("list")).json()) as { id: string }[]).map(({ id }) => id),
    stop: async () => {
      browser.kill();
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function readPort(browser: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    browser.stderr?.on("data", (chunk) => {
      printed += chunk;
      const [, port] = /DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(printed) ?? [];
      if (port) resolve(port);
    });
    browser.once("error", reject);
    browser.once("close", () => reject(new Error(`the browser ended: ${printed.slice(-500)}`)));
  });
}
