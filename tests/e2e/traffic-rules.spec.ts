import type { Page } from "@playwright/test";
import { makeVisitorId } from "../../lib/capture/visitor-cookie";
import { expectAccessible } from "../support/accessibility";
import { readRecorded } from "../support/recorded";
import { BROWSERS } from "../support/user-agents";
import { expect, test } from "./fixtures";

const open = (url: string, visitor: string) =>
  fetch(url, { headers: { "user-agent": BROWSERS[0] ?? "", accept: "text/html", cookie: `ff_visitor=${visitor}` } });

const rules = (page: Page) => page.getByRole("region", { name: "What you leave out" });
const own = (page: Page) => page.getByRole("region", { name: "Your own traffic" });

test("an owner leaves out a path by the form, sees what is wrong with a rule, and finds the request in the table with its reason", async ({
  app,
  page,
  signInAsOwner,
}) => {
  await signInAsOwner(page);
  await page.goto("/dashboard/quality");
  await rules(page).getByLabel("Addresses").fill("10.0.0.0/8\n10.0.0.0/99");
  await rules(page).getByLabel("Paths").fill("/house-price");
  await rules(page).getByRole("button", { name: "Save" }).click();
  await expect(rules(page).getByText("“10.0.0.0/99” is no address", { exact: false })).toBeVisible();
  await expect(rules(page).getByLabel("Paths")).toHaveValue("/house-price");
  await rules(page).getByLabel("Addresses").fill("10.0.0.9/8");
  await rules(page).getByRole("button", { name: "Save" }).click();
  await expect(rules(page).getByRole("status")).toContainText("Saved");

  const visitor = makeVisitorId();
  await open(`${app.url}/house-price`, visitor); // at once: the server that saved it knows
  await open(`${app.url}/launches`, visitor);
  await expect.poll(async () => (await readRecorded(app.db, visitor)).map(({ path }) => path)).toEqual(["/launches"]);
  await expect
    .poll(async () => {
      await page.reload();
      return page.getByRole("region", { name: "Left out" }).getByRole("row").filter({ hasText: "path /house-price" }).count();
    })
    .toBe(1);
  await expect(rules(page).getByLabel("Addresses")).toHaveValue("10.0.0.0/8");
  await page.goto("/dashboard/settings");
  await expect(page.getByText("traffic.rules")).toBeVisible();
  await page.goto("/dashboard/quality?period=week");
  await expect(page.getByRole("region", { name: "Traffic day by day" }).getByRole("row")).toHaveCount(8);
  await expectAccessible(page, "a week of traffic with rules");

  await rules(page).getByLabel("Addresses").fill("");
  await rules(page).getByLabel("Paths").fill("");
  await rules(page).getByRole("button", { name: "Save" }).click();
  await expect(rules(page).getByRole("status")).toContainText("Saved");
});

test("“Don’t count me” leaves this browser out from then on, and “Count me again” takes it in", async ({
  app,
  page,
  context,
  signInAsOwner,
}) => {
  await signInAsOwner(page);
  const visitor = (await context.cookies()).find(({ name }) => name === "ff_visitor")?.value ?? "";
  const counted = async () => (await readRecorded(app.db, visitor)).length;
  await expect.poll(counted).toBeGreaterThan(0);
  await page.goto("/dashboard/quality");
  await own(page).getByRole("button", { name: "Don’t count me" }).click();
  await expect(own(page).getByText("This browser is not counted.")).toBeVisible();
  const before = await counted();
  await page.goto("/house-price");
  await page.goto("/launches");
  const apart = () => app.db.excludedEvent.count({ where: { category: "own-traffic", reason: "own browser" } });
  await expect.poll(apart).toBe(2);
  expect(await counted()).toBe(before);
  await page.goto("/dashboard/quality");
  await own(page).getByRole("button", { name: "Count me again" }).click();
  await expect(own(page).getByText("This browser is counted like any other.")).toBeVisible();
  await page.goto("/launches");
  await expect.poll(counted).toBeGreaterThan(before);
});

test("a visitor is marked as own traffic from a list of sessions, and a person from a list of people", async ({
  app,
  page,
  signInAsOwner,
  oneDay: _today,
}) => {
  const visitor = makeVisitorId();
  await open(`${app.url}/celebrity`, visitor);
  await expect.poll(async () => (await readRecorded(app.db, visitor)).length).toBe(1);
  const { id } = await app.db.visitor.findFirstOrThrow({ where: { key: visitor } });
  await signInAsOwner(page);
  await page.goto("/dashboard/rows?metric=sessions");
  const row = page.getByRole("row").filter({ hasText: `Visitor ${id}` });
  await row.getByRole("button", { name: `Mark Visitor ${id} as own traffic` }).click();
  await expect(row.getByText("Not counted from now on")).toBeVisible();
  await open(`${app.url}/register`, visitor);
  await expect.poll(() => app.db.excludedEvent.count({ where: { category: "own-traffic", path: "/register" } })).toBe(1);
  expect(await readRecorded(app.db, visitor)).toHaveLength(1);

  await page.goto("/dashboard/rows?metric=users");
  const person = page
    .getByRole("row")
    .filter({ has: page.getByRole("button", { name: /^Mark (?!Visitor)/ }) })
    .first();
  await person.getByRole("button").click();
  await expect(page.getByText("Not counted from now on").first()).toBeVisible();
  expect(await app.db.ownTraffic.count({ where: { kind: "user" } })).toBe(1);
  await page.goto("/dashboard/quality");
  const marks = own(page).getByRole("list", { name: "Marked as own traffic" });
  await expect(marks.getByText(`Visitor ${id}`)).toBeVisible();
  for (let left = await marks.getByRole("button").count(); left > 0; left--) {
    await marks.getByRole("button").first().click();
    await expect(own(page).getByRole("listitem")).toHaveCount(left - 1);
  }
});
