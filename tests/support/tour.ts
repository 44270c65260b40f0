import type { BrowserContext, Page } from "@playwright/test";

export type StepKind = "link" | "back" | "forward" | "reload" | "form" | "hash" | "new tab" | "bfcache" | "cached page";

/** A way through the site, step by step, with what a person would count on it. Without scripts every page shown is a document. */
export class Tour {
  /** Each click, key or button, in order. */
  readonly steps: StepKind[] = [];
  /** Routes opened, in order: of all pages with scripts, of the documents a server was asked for without. */
  readonly views: string[] = [];
  /** Kind and route of every form sent, in order. */
  readonly forms: string[] = [];
  /** Soft navigations for which the browser asked no server for anything of a page. */
  silent = 0;
  /** Requests ahead of a click. */
  prefetches = 0;
  #pageRequests = 0;

  constructor(
    readonly context: BrowserContext,
    private page: Page,
    readonly scripts: boolean,
  ) {
    context.on("request", (request) => {
      if (request.headers()["next-router-prefetch"]) this.prefetches += 1;
      else if (request.headers().rsc || request.isNavigationRequest()) this.#pageRequests += 1;
    });
  }

  async visitor(): Promise<string> {
    return (await this.context.cookies()).find(({ name }) => name === "ff_visitor")?.value ?? "";
  }

  /** Types an address. The page that shows is a document, unless the browser has kept it. */
  async type(path: string, { kept = false, route = path } = {}): Promise<void> {
    await this.page.goto(path);
    await this.#settle();
    if (kept) this.steps.push("cached page");
    if (!kept || this.scripts) this.views.push(route);
  }

  async link(href: string): Promise<void> {
    this.steps.push("link");
    await this.#soft(() => this.#click(href));
    this.views.push(href);
  }

  /** Clicks the link to the page that is shown, at an anchor: for the router that is no other page; without scripts it is loaded again. */
  async linkHere(href: string): Promise<void> {
    this.steps.push("link");
    if (this.scripts) {
      await this.#click(href);
      return this.page.waitForURL((url) => url.hash === "");
    }
    await this.#loads(() => this.#click(href));
    this.views.push(href);
  }

  async back(path: string): Promise<void> {
    this.steps.push("back");
    await this.#soft(() => this.page.goBack());
    await this.#at(path);
    this.views.push(path);
  }

  async forward(path: string): Promise<void> {
    this.steps.push("forward");
    await this.#soft(() => this.page.goForward());
    await this.#at(path);
    this.views.push(path);
  }

  async reload(path: string): Promise<void> {
    this.steps.push("reload");
    await this.page.reload();
    await this.#settle();
    this.views.push(path);
  }

  /** Skips to the content by keyboard: an anchor is no other page. */
  async hash(): Promise<void> {
    this.steps.push("hash");
    await this.page.locator('a[href="#content"]').press("Enter");
    await this.page.waitForURL(/#content$/);
  }

  /** Fills a form and sends it; `leadsTo` is the page that is shown then, `shows` what appears in the same page. */
  async form(
    sent: string,
    fields: Record<string, string>,
    button: string,
    then: { leadsTo: string } | { shows: "alert" | "status" },
  ): Promise<void> {
    this.steps.push("form");
    for (const [label, value] of Object.entries(fields)) await this.page.getByRole("textbox", { name: label }).fill(value);
    const press = () => this.page.getByRole("main").getByRole("button", { name: button }).click();
    this.forms.push(sent);
    if ("shows" in then) {
      await (this.scripts ? press() : this.#loads(press));
      return this.page.getByRole("main").getByRole(then.shows).first().waitFor();
    }
    await this.#soft(press);
    await this.#at(then.leadsTo);
    this.views.push(then.leadsTo);
  }

  /** Opens a link in a new tab and goes on there. */
  async inNewTab(href: string, walk: () => Promise<void>): Promise<void> {
    this.steps.push("new tab");
    const first = this.page;
    const opened = this.context.waitForEvent("page");
    await first
      .locator(`a[href="${href}"]`)
      .first()
      .click({ modifiers: ["ControlOrMeta"] });
    this.page = await opened;
    await this.#at(href);
    await this.#settle();
    this.views.push(href);
    await walk();
    await this.page.close();
    this.page = first;
  }

  /** Goes back over a document, to a page that the browser has kept as it was. Returns whether it came alive again rather than loaded. */
  async backToKept(path: string): Promise<boolean> {
    this.steps.push("bfcache");
    if (!this.scripts) {
      await this.page.goBack();
      return false;
    }
    // goBack() waits for a document, and so for the end of its loading: a page that comes alive again has none.
    await this.page.evaluate(() => void setTimeout(() => history.back()));
    await this.page.waitForURL((url) => url.pathname === path, { waitUntil: "commit" });
    this.views.push(path);
    return this.page.evaluate(() => "wasHere" in window);
  }

  /** Marks the page that is shown, to know it again. */
  mark = (): Promise<void> => this.page.evaluate(() => void Object.assign(window, { wasHere: true }));

  #click = (href: string): Promise<void> => this.page.locator(`a[href="${href}"]`).first().click();
  #at = (path: string): Promise<void> => this.page.waitForURL((url) => url.pathname === path);

  /** The page's script is there, and has told what it tells at once. */
  #settle = (): Promise<void> => this.page.waitForLoadState("networkidle");

  async #loads(act: () => Promise<unknown>): Promise<void> {
    const loaded = this.page.waitForEvent("load");
    await act();
    await loaded;
  }

  /** Does what shows another page, at the pace of a person: not faster than the page tells of itself. */
  async #soft(act: () => Promise<unknown>): Promise<void> {
    if (!this.scripts) return this.#loads(act);
    const before = this.#pageRequests;
    const told = this.page.waitForRequest(
      (request) => new URL(request.url()).pathname === "/api/note" && (request.postData() ?? "").includes('"kind":"view"'),
    );
    await act();
    await told;
    if (this.#pageRequests === before) this.silent += 1;
  }
}
