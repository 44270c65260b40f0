import { changeSettings } from "../../lib/store/change-settings";
import { readSite } from "../../lib/store/read-site";
import { readRecorded } from "../support/recorded";
import { expect, test } from "./fixtures";

test("a change of # is a page view only where the site asks for it, also by a router's own hand, and back is one too", async ({
  app,
  page,
  context,
}) => {
  const site = await readSite(app.db, "demo");
  const visitor = async () => (await context.cookies()).find(({ name }) => name === "ff_visitor")?.value ?? "";
  const views = async () => (await readRecorded(app.db, await visitor())).filter(({ kind }) => kind === "view");
  const told: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/note")) told.push(request.postData() ?? "");
  });
  const loaded = () =>
    page.waitForResponse(async (response) => response.url().endsWith(".js") && (await response.text()).includes("prerenderingchange"));

  const first = loaded();
  await page.goto("/launches");
  await first;
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => {
    location.hash = "content";
  });
  await expect.poll(() => told.filter((body) => body.includes('"kind":"ping"')).length).toBe(1); // still reading, on the same page
  expect((await views()).map(({ path }) => path)).toEqual(["/launches"]);

  await changeSettings(app.db, site.id, { countHashes: true });
  try {
    // The page tells its beacon; the server learns of the setting within seconds.
    const asks = async () => /countHashes[\\"]*:true/.test(await (await page.request.get("/login")).text());
    await expect.poll(asks, { timeout: 20_000 }).toBe(true);
    const again = loaded();
    await page.goto("/login");
    await again;
    await page.waitForLoadState("networkidle");
    await page.evaluate(() => {
      location.hash = "content";
    });
    await expect.poll(async () => (await views()).at(-1)?.path).toBe("/login#content");
    const before = (await views()).length;
    await page.evaluate(() => history.pushState(null, "", "#more"));
    await expect
      .poll(async () => (await views()).slice(before).map(({ path, route }) => `${route} ${path}`))
      .toEqual(["/login /login#more"]);
    await page.evaluate(() => history.back());
    await expect.poll(async () => (await views()).slice(before + 1).map(({ path }) => path)).toEqual(["/login#content"]);
  } finally {
    await changeSettings(app.db, site.id, { countHashes: false });
  }
});
