import type { Page } from "@playwright/test";
import sharp from "sharp";
import { expectAccessible } from "../support/accessibility";
import { expect, test } from "./fixtures";

const PASSWORD = "a long password";
const PHOTOGRAPH = "node_modules/@vladmandic/face-api/demo/sample3.jpg";
const PAGES = ["/", "/house-price", "/celebrity", "/launches", "/login", "/register", "/logout", "/no-such-page"];

const main = (page: Page) => page.getByRole("main");
const problems = (page: Page) => main(page).getByRole("alert");

/** Registers a new person and says by which e-mail. */
async function register(page: Page, name: string): Promise<string> {
  const email = `${name.toLowerCase()}-${crypto.randomUUID()}@example.org`;
  await page.goto("/register");
  await page.getByLabel("Name", { exact: false }).first().fill(name);
  await page.getByLabel("Surname").fill("Lovelace");
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByLabel("Female").check();
  await main(page).getByRole("button", { name: "Register" }).click();
  await expect(page).toHaveURL(/\/login\?registered=1$/);
  return email;
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await main(page).getByRole("button", { name: "Sign in" }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(`with scripts ${javaScriptEnabled ? "on" : "off"}`, () => {
    test.use({ javaScriptEnabled });

    test("someone registers, signs in and signs out", async ({ page }) => {
      const email = await register(page, "Ada");
      await expect(page.getByText(/your account is ready/)).toBeVisible();

      await signIn(page, email, "a wrong password");
      await expect(problems(page)).toContainText("do not match an account");
      await expect(page.getByLabel("E-mail")).toHaveValue(email);
      await expect(page.getByRole("textbox", { name: "Password" })).toHaveValue("");

      await signIn(page, email, PASSWORD);
      await expect(page).toHaveURL("/");
      await expect(page.getByRole("banner")).toContainText("Ada Lovelace");

      await page.getByRole("link", { name: "Sign out" }).click();
      await expect(page).toHaveURL("/logout");
      await main(page).getByRole("button", { name: "Sign out" }).click();
      await expect(page).toHaveURL("/");
      await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
    });

    test("a registration is refused field by field and keeps what was typed, but the password", async ({ page }) => {
      const taken = await register(page, "Grace");
      await page.goto("/register");
      await page.getByLabel("Surname").fill("Hopper");
      await page.getByLabel("E-mail").fill("no address");
      await page.getByRole("textbox", { name: "Password" }).fill("short");
      await page.getByLabel("Male", { exact: true }).check();
      await main(page).getByRole("button", { name: "Register" }).click();
      await expect(problems(page)).toContainText("3 things need another look");
      await expect(page.getByText("Enter your name.")).toBeVisible();
      await expect(page.getByText("Use at least 10 characters.")).toBeVisible();
      await expect(page.getByLabel("Surname")).toHaveValue("Hopper");
      await expect(page.getByLabel("E-mail")).toHaveValue("no address");
      await expect(page.getByLabel("Male", { exact: true })).toBeChecked();
      await expect(page.getByRole("textbox", { name: "Password" })).toHaveValue("");

      await page.getByLabel("Name", { exact: false }).first().fill("Grace");
      await page.getByLabel("E-mail").fill(taken.toUpperCase());
      await page.getByRole("textbox", { name: "Password" }).fill("somebody else's password");
      await main(page).getByRole("button", { name: "Register" }).click();
      // Told just what a new address is told; the account is as it was.
      await expect(page).toHaveURL(/\/login\?registered=1$/);
      await expect(page.getByText(/If it had an account already, its password is what it was\./)).toBeVisible();
    });

    test("a house gets a price, or is refused field by field", async ({ page }) => {
      await page.goto("/house-price");
      await page.getByLabel("Bedrooms").fill("three");
      await page.getByLabel("Bathrooms").fill("9");
      await page.getByLabel("Driveway").check();
      await page.getByRole("button", { name: "Name a price" }).click();
      await expect(problems(page)).toContainText("4 things need another look");
      await expect(page.getByText("Bedrooms: a whole number from 1 to 6.")).toBeVisible();
      await expect(page.getByLabel("Bedrooms")).toHaveValue("three");
      await expect(page.getByLabel("Driveway")).toBeChecked();

      for (const [label, value] of [
        ["Bedrooms", "3"],
        ["Bathrooms", "1"],
        ["Stories", "2"],
        ["Garage places", "1"],
      ] as const) {
        await page.getByLabel(label).fill(value);
      }
      await page.getByRole("button", { name: "Name a price" }).click();
      await expect(page.getByRole("status")).toContainText(/\$\d\d,\d{3}.*Nine in ten such houses sell for \$\d/);
      await expect(page.getByLabel("Driveway")).toBeChecked();
    });

    test("a picture is looked at, or refused kindly", async ({ page }) => {
      await page.goto("/celebrity");
      const send = () => page.getByRole("button", { name: "Who is it?" }).click();
      await send();
      await expect(page.getByText("Choose a picture.")).toBeVisible();

      await page.getByLabel("Picture").setInputFiles({ name: "holiday.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") });
      await send();
      await expect(page.getByText("This is not a JPEG, PNG or WebP picture.")).toBeVisible();

      await page.getByLabel("Picture").setInputFiles({ name: "large.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(6_000_000) });
      await send();
      await expect(page.getByText("This picture is larger than 5 MB.")).toBeVisible();

      await page.getByLabel("Picture").setInputFiles({ name: "huge.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(9_000_000) });
      await send();
      await expect(main(page)).toContainText(javaScriptEnabled ? "This picture is larger than 5 MB." : "A picture may have up to 5 MB");

      await page.goto("/celebrity");
      const empty = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#9bd" } })
        .png()
        .toBuffer();
      await page.getByLabel("Picture").setInputFiles({ name: "sky.png", mimeType: "image/png", buffer: empty });
      await send();
      await expect(page.getByRole("status")).toContainText("There is no face on this picture.", { timeout: 30_000 });

      await page.getByLabel("Picture").setInputFiles(PHOTOGRAPH);
      await send();
      await expect(page.getByRole("status")).toContainText("3 faces, and none of them is known here.", { timeout: 30_000 });
      await expect(page.getByRole("status")).toContainText("Answered by the recogniser on this server.");
    });
  });
}

test("a session ends when the password changes, and its cookie cannot be read by scripts", async ({ page, app, context }) => {
  const email = await register(page, "Katherine");
  await signIn(page, email, PASSWORD);
  await expect(page.getByRole("banner")).toContainText("Katherine Lovelace");
  const session = (await context.cookies()).find((cookie) => cookie.name.endsWith("authjs.session-token"));
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });

  await app.db.account.update({ where: { email }, data: { passwordChangedAt: new Date(Date.now() + 1_000) } });
  await expect(async () => {
    await page.goto("/");
    await expect(page.getByRole("banner")).not.toContainText("Katherine", { timeout: 500 });
  }).toPass({ timeout: 15_000 });
});

test("a sign-in leads to where it was asked for, and never off the site", async ({ page }) => {
  const email = await register(page, "Mary");
  for (const [asked, reached] of [
    ["/house-price?from=login", "/house-price?from=login"],
    ["https://evil.example/", "/"],
    ["//evil.example/", "/"],
    ["/\\evil.example/", "/"],
    ["/.//evil.example/", "/"],
  ] as const) {
    await page.goto(`/login?callbackUrl=${encodeURIComponent(asked)}`);
    await signIn(page, email, PASSWORD);
    await expect(page).toHaveURL(reached);
  }
});

test("what happened is in the event table, row by row", async ({ page, app }) => {
  const email = await register(page, "Dorothy");
  await signIn(page, email, "a wrong password");
  await expect(problems(page)).toBeVisible();
  await signIn(page, email, PASSWORD);
  await expect(page.getByRole("banner")).toContainText("Dorothy Lovelace");
  await page.goto("/no-such-page");
  await page.goto("/logout");
  await main(page).getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/");

  const account = await app.db.account.findUniqueOrThrow({ where: { email } });
  const readRows = async () => {
    const user = await app.db.knownUser.findFirst({ where: { key: account.id } });
    const visitor = user && (await app.db.visitor.findFirst({ where: { knownUserId: user.id } }));
    if (!user || !visitor) return [];
    const events = await app.db.event.findMany({ where: { visitorId: visitor.id, kind: { not: "ping" } }, orderBy: { seq: "asc" } });
    const routes = new Map((await app.db.route.findMany()).map((route) => [route.id, route.pattern]));
    return events
      .filter((event) => event.method !== "GET" || event.status !== null)
      .map((event) => [event.kind, routes.get(event.routeId), event.method, event.outcome, event.userId === user.id].join(" "));
  };
  await expect
    .poll(readRows)
    .toEqual([
      "view /register GET success false",
      "register /register POST success true",
      "action /login POST error false",
      "login /login POST success true",
      "view (not found) GET error true",
      "view /logout GET success true",
      "logout /logout POST success true",
    ]);
});

for (const path of PAGES) {
  test(`${path} is accessible in light and dark, and fits a phone`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(path);
    const overhang = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await overhang()).toBeLessThanOrEqual(0);
    await expectAccessible(page, path, { tags: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    expect(await overhang()).toBeLessThanOrEqual(0);
  });
}

test("a page that leads nowhere answers 404, and the header's button turns the colours", async ({ page }) => {
  const answer = await page.goto("/no-such-page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no page here." })).toBeVisible();
  const scheme = await page.locator("html").getAttribute("data-mantine-color-scheme");
  await page.getByRole("button", { name: /Use (light|dark) colours/ }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-mantine-color-scheme", scheme ?? "");
});

test("a page that fails answers 500, says so, and is an error in the event table", async ({ page, app }) => {
  const answer = await page.goto("/test/error");
  expect(answer?.status()).toBe(500);
  await expect(page.getByRole("heading", { name: "Something went wrong here." })).toBeVisible();
  const readRows = async () => {
    const route = await app.db.route.findFirst({ where: { pattern: "/test/error" } });
    const rows = route ? await app.db.event.findMany({ where: { routeId: route.id, status: { not: null } } }) : [];
    return rows.map(({ kind, outcome, status }) => ({ kind, outcome, status }));
  };
  await expect.poll(readRows).toEqual([{ kind: "view", outcome: "error", status: 500 }]);
});

test("the header has room on a phone for whoever is signed in", async ({ page, signInAsOwner }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signInAsOwner(page);
  await page.goto("/");
  await expect(page.getByRole("banner").getByRole("link", { name: "Dashboard" })).toBeVisible();
  const boxes = await Promise.all((await page.getByRole("banner").getByRole("link").all()).map((link) => link.boundingBox()));
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      if (!a || !b) throw new Error("a link of the header is not shown");
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      expect(apart, `${JSON.stringify(a)} and ${JSON.stringify(b)}`).toBe(true);
    }
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});
