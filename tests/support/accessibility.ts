import { expect, type Page } from "@playwright/test";
import axe, { type AxeResults, type RunOptions } from "axe-core";

/** The rules that colours decide; no other changes with the scheme. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/**
 * Expects no violation of the page that is open, as it is found in the dark or in the light: all rules, or those of `tags`, in the light, and in the dark
 * what colours can change. The page must follow a change of scheme; one of no scheme of its own (`follows: false`) is loaded anew.
 */
export async function expectAccessible(
  page: Page,
  where: string,
  { tags, follows = true }: { tags?: string[]; follows?: boolean } = {},
): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    if (follows) await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
    else await page.reload();
    // A colour that is on its way from one scheme to the other is nobody's.
    await page.waitForFunction(
      () => !document.getAnimations().some((each) => each instanceof CSSTransition && each.playState === "running"),
    );
    const runOnly = colorScheme === "dark" ? OF_COLOURS : tags;
    const violations = await findViolations(page, { ...(runOnly && { runOnly }), resultTypes: ["violations"] });
    expect(violations.map((violation) => `${where}, ${colorScheme}: ${violation}`)).toEqual([]);
  }
}

/** What axe finds, a line each: the rule and the first elements that break it. */
async function findViolations(page: Page, options: RunOptions): Promise<string[]> {
  // By the browser's own door, past the page's content policy, and once a document: it is half a megabyte.
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (given) =>
      (window as unknown as { axe: { run: (root: Document, options: RunOptions) => Promise<AxeResults> } }).axe.run(document, given),
    options,
  );
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 5)
        .map(({ target, html }) => `${target} ${html.slice(0, 150)}`)
        .join(" and ")}`,
  );
}
