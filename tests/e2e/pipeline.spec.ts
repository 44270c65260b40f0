import { readFile } from "node:fs/promises";
import { appendEvents } from "../../lib/store/append-events";
import { readSite } from "../../lib/store/read-site";
import { someViews } from "../support/some-views";
import { expect, test } from "./fixtures";

test("a backfill started from the page goes green while one watches, and its file opens", async ({ page, app, signInAsOwner }) => {
  const site = await readSite(app.db, "demo");
  for (const day of ["2026-03-02", "2026-03-03"]) await appendEvents(app.db, site, someViews(day, 6));
  await signInAsOwner(page);
  await page.goto("/dashboard/pipeline");
  await page.getByLabel("From").fill("2026-03-02");
  await page.getByLabel("To", { exact: true }).fill("2026-03-03");
  await page.getByRole("button", { name: "Run these days" }).click();
  await expect(page.getByText("2 days are queued.")).toBeVisible();
  const runs = page.getByRole("region", { name: "Runs by day" });
  for (const day of ["2026-03-02", "2026-03-03"])
    await expect(runs.getByRole("row", { name: day }).getByText("succeeded")).toBeVisible({ timeout: 30_000 });
  // Without a choice the latest day is shown, which may be another spec's.
  await runs.getByRole("button", { name: "2026-03-03", exact: true }).click();
  await expect(page.getByRole("region", { name: "Run of 2026-03-03" }).getByText("reconcile")).toBeVisible();

  const saving = page.waitForEvent("download");
  await runs.getByRole("row", { name: "2026-03-02" }).getByRole("link", { name: "CSV" }).click();
  const csv = await readFile((await (await saving).path()) as string, "utf8");
  expect(csv.split("\n")[1]).toBe("2026-03-02,192.0.2.1,/,6,50,10,10,10");

  const parquet = await page.request.get("/dashboard/pipeline/files?file=events&site=demo&date=2026-03-02");
  expect((await parquet.body()).subarray(0, 4).toString()).toBe("PAR1");
  const range = await page.request.get("/dashboard/pipeline/files?file=aggregate&site=demo&from=2026-03-02&to=2026-03-03");
  expect((await range.text()).split("\n")[1]).toBe("192.0.2.1,/,100,10,10,10");

  await page.goto("/dashboard/visitors?from=2026-03-02&to=2026-03-03");
  await page.getByRole("region", { name: "Addresses" }).getByRole("link", { name: "192.0.2.1" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "192.0.2.1" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Sessions" }).getByRole("row")).toHaveCount(3);
});

test("a run that is under way is cancelled from the page, and run again; the log of a step can be read", async ({
  page,
  app,
  signInAsOwner,
}) => {
  await appendEvents(app.db, await readSite(app.db, "demo"), someViews("2026-03-05", 4));
  await signInAsOwner(page);
  await page.goto("/dashboard/pipeline");
  const runs = page.getByRole("region", { name: "Runs by day" });
  const state = (text: string) => runs.getByRole("row", { name: "2026-03-05" }).first().getByText(text);
  // While somebody holds the table that load writes, the run cannot end.
  await app.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`LOCK TABLE daily_page IN ACCESS EXCLUSIVE MODE`;
      await page.getByLabel("From").fill("2026-03-05");
      await page.getByLabel("To", { exact: true }).fill("2026-03-05");
      await page.getByRole("button", { name: "Run these days" }).click();
      await expect(state("running")).toBeVisible();
      await runs.getByRole("button", { name: "Cancel 2026-03-05" }).click();
      await expect(state("cancelled")).toBeVisible();
    },
    { timeout: 30_000 },
  );
  await runs.getByRole("button", { name: "Run again 2026-03-05" }).click();
  await expect(state("succeeded")).toBeVisible({ timeout: 30_000 });
  await runs.getByRole("button", { name: "2026-03-05", exact: true }).first().click();
  const run = page.getByRole("region", { name: "Run of 2026-03-05" });
  await run.getByRole("group").locator("summary").first().click();
  await expect(run.getByRole("group").first()).toContainText(/\d/);
});

test("a file is only for those who may look, and its name cannot lead elsewhere", async ({ page, request, signInAsOwner }) => {
  expect((await request.get("/dashboard/pipeline/files?file=daily&site=demo&date=2026-03-02")).status()).toBe(401);
  expect((await request.get("/api/pipeline/runs")).status()).toBe(401);
  await signInAsOwner(page);
  for (const bad of [
    "file=daily&date=../../../../etc/passwd",
    "file=daily&site=../..&date=2026-03-02",
    "file=../agg_data.csv",
    "file=daily",
  ])
    expect((await page.request.get(`/dashboard/pipeline/files?${bad}`)).status()).toBe(400);
  expect((await page.request.get("/dashboard/pipeline/files?file=daily&date=1999-01-01")).status()).toBe(404);
});
