import type { BrowserContext, Page } from "@playwright/test";
import { expectViews, readRecorded } from "../support/recorded";
import { expect, test } from "./fixtures";

const visitorOf = async (context: BrowserContext): Promise<string> => {
  const cookie = (await context.cookies()).find(({ name }) => name === "ff_visitor");
  return cookie?.value ?? "";
};

/** Follows a link of the page's own and waits for what it leads to. */
async function follow(page: Page, href: string): Promise<void> {
  await page.locator(`a[href="${href}"]`).first().click();
  await at(page, href);
}

const at = (page: Page, path: string) => page.waitForURL((url) => url.pathname === path);

/** Does what shows another page without a document, at the pace of a person: not faster than the page tells of itself. */
async function softly(page: Page, act: () => Promise<unknown>): Promise<void> {
  const told = page.waitForRequest(
    (request) => request.url().endsWith("/api/note") && (request.postData() ?? "").includes('"kind":"view"'),
  );
  await act();
  await told;
}

test("a tour of links, back, forward, reloads, anchors, forms and tabs counts the views a person would count, each once", async ({
  app,
  page,
  context,
}) => {
  test.setTimeout(120_000);
  const views: string[] = [];
  await page.goto("/");
  views.push("/");
  for (let round = 0; round < 6; round++) {
    for (const href of ["/house-price", "/launches", "/login", "/register"]) {
      await softly(page, () => follow(page, href));
      views.push(href);
    }
    await softly(page, () => page.goBack());
    await at(page, "/login");
    views.push("/login");
    await softly(page, () => page.goBack());
    await at(page, "/launches");
    views.push("/launches");
    await softly(page, () => page.goForward());
    await at(page, "/login");
    views.push("/login");
    await follow(page, "/login"); // where one already is
    await page.evaluate(() => {
      location.hash = "content"; // an anchor is no other page
    });
  }
  await page.reload();
  views.push("/login");
  const tab = await context.newPage();
  await tab.goto("/launches");
  views.push("/launches");
  await softly(tab, () => follow(tab, "/"));
  views.push("/");
  await tab.close();
  await page.goto("/nowhere");
  views.push("(not found)");
  await page.goBack();
  await at(page, "/login");
  views.push("/login");
  await expectViews(app.db, await visitorOf(context), views);
});

test("a form refused, a sign-in and a sign-out are one action, one login and one logout, in one session, with the pages between", async ({
  app,
  page,
  context,
}) => {
  await page.goto("/login");
  await page.getByRole("textbox", { name: "E-mail" }).fill(app.owner.email);
  await page.getByRole("textbox", { name: "Password" }).fill("not the password");
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("main").getByRole("alert").first()).toBeVisible();
  await page.getByRole("textbox", { name: "Password" }).fill(app.owner.password);
  await softly(page, () => page.getByRole("main").getByRole("button", { name: "Sign in" }).click());
  await page.goto("/house-price");
  await page.goto("/logout");
  await softly(page, () => page.getByRole("main").getByRole("button").first().click());
  const visitor = await visitorOf(context);
  const readStory = async () =>
    (await readRecorded(app.db, visitor))
      .filter(({ kind }) => kind !== "ping")
      .map(({ kind, outcome, route, user }) => [kind, route, outcome, user !== null].join(" "));
  await expect
    .poll(readStory)
    .toEqual([
      "view /login success false",
      "action /login error false",
      "login /login success true",
      expect.stringMatching(/^view \/\S* success true$/),
      "view /house-price success true",
      "view /logout success true",
      "logout /logout success true",
      expect.stringMatching(/^view \/\S* success false$/),
    ]);
  const sessions = (await readRecorded(app.db, visitor)).filter(({ kind }) => kind !== "ping").map(({ session }) => session);
  expect(new Set(sessions.slice(0, -1)).size).toBe(1);
});

test.describe("with JavaScript off", () => {
  test.use({ javaScriptEnabled: false });

  test("the same ways count the documents exactly", async ({ app, page, context }) => {
    const views: string[] = [];
    await page.goto("/");
    views.push("/");
    for (let round = 0; round < 3; round++) {
      for (const href of ["/house-price", "/launches", "/login", "/register"]) {
        await follow(page, href);
        views.push(href);
      }
      await page.goBack();
      await at(page, "/login");
      views.push("/login");
      await page.reload();
      views.push("/login");
    }
    await page.goto("/nowhere");
    views.push("(not found)");
    await expectViews(app.db, await visitorOf(context), views);
  });
});
