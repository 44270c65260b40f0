import { randomUUID } from "node:crypto";
import type { Random } from "../history/random";
import type { Browser, Page, Upload } from "./browser";
import { fillHousePrice } from "./fill-house-price";
import { type PageForm, readForms } from "./read-forms";
import type { Tally } from "./tally";

export interface Account {
  email: string;
  password: string;
}

/** What a walk through the site needs from the run it is part of. */
export interface WalkContext {
  random: Random;
  tally: Tally;
  /** Accounts registered in this run. */
  accounts: Account[];
  /** How many there may be. */
  mostAccounts: number;
  picture: Upload;
  /** Lets time pass, as someone who reads or types. */
  pause(): Promise<void>;
}

const PAGES = ["/", "/house-price", "/house-price", "/celebrity", "/launches"];
const isAction = (name: string) => name.startsWith("$ACTION");

/** One visit of one person in a browser: arrive, perhaps leave at once, register or sign in, look around, fill in forms, sign out. */
export class Walk {
  private signedIn = false;

  constructor(
    private readonly browser: Browser,
    private readonly context: WalkContext,
  ) {}

  async run(): Promise<void> {
    const { random, tally, accounts } = this.context;
    tally.count("visit");
    const landing = random.chance(0.6) ? "/" : random.pick(PAGES);
    const page = await this.open(landing, true);
    if (random.chance(0.25)) return tally.count("bounce");
    const account = random.chance(0.5) && accounts.length > 0 ? random.pick(accounts) : undefined;
    if (account) await this.signIn(account);
    else if (accounts.length < this.context.mostAccounts && random.chance(0.35)) await this.register();
    else if (random.chance(0.5)) await this.maybeSendForm(page);
    do {
      await this.context.pause();
      await this.maybeSendForm(await this.open(random.pick(PAGES)));
    } while (random.chance(0.6));
    if (this.signedIn && random.chance(0.6)) await this.signOut();
  }

  private async open(path: string, typed = false): Promise<Page> {
    const page = await this.browser.open(path, { typed });
    this.context.tally.count("page");
    if (page.status >= 400 && page.status < 500) this.context.tally.fail(`GET ${path} answered ${page.status}`);
    return page;
  }

  private findForm(page: Page, ...names: string[]): PageForm | undefined {
    const form = readForms(page.html).find((each) => names.every((name) => each.names.has(name)));
    if (!form) this.context.tally.fail(`${page.path} has no form with ${names.join(", ")}`);
    return form;
  }

  private async register(): Promise<void> {
    const { random, tally, accounts } = this.context;
    const form = this.findForm(await this.open("/register"), "email", "password", "surname");
    if (!form) return;
    const number = randomUUID().slice(0, 8);
    const account = { email: `visitor-${number}@example.com`, password: `pass-${randomUUID()}` };
    const answers = { name: "Visitor", surname: number, gender: random.pick(["m", "f", "m", "f", "unknown"]), ...account };
    await this.context.pause();
    if (random.chance(0.15)) {
      await this.browser.submit(form, { ...answers, password: "short" });
      tally.count("form refused");
      await this.context.pause();
    }
    const next = await this.browser.submit(form, answers);
    if (!next.path.startsWith("/login")) return tally.fail("a registration was not accepted");
    tally.count("register");
    accounts.push(account);
    await this.context.pause();
    await this.signIn(account);
  }

  private async signIn({ email, password }: Account): Promise<void> {
    const { random, tally } = this.context;
    const form = this.findForm(await this.open("/login"), "email", "password");
    if (!form) return;
    await this.context.pause();
    if (random.chance(0.06)) {
      await this.browser.submit(form, { email, password: "mistyped-password" });
      tally.count("form refused");
      await this.context.pause();
    }
    const next = await this.browser.submit(form, { email, password });
    if (next.path.startsWith("/login")) return tally.fail("a sign-in was not accepted");
    tally.count("sign-in");
    this.signedIn = true;
  }

  private async signOut(): Promise<void> {
    const page = await this.open("/logout");
    const form = readForms(page.html).find((each) => each.names.size > 0 && [...each.names].every(isAction));
    if (!form) return this.context.tally.fail("/logout has no form to sign out with");
    await this.browser.submit(form, {});
    this.signedIn = false;
    this.context.tally.count("sign-out");
  }

  private async maybeSendForm(page: Page): Promise<void> {
    const { random, tally } = this.context;
    if (page.path === "/house-price" && random.chance(0.5)) {
      const form = this.findForm(page, "bedrooms");
      if (!form) return;
      await this.context.pause();
      const { fields, valid } = fillHousePrice(random);
      await this.browser.submit(form, fields);
      tally.count(valid ? "form accepted" : "form refused");
    }
    if (page.path === "/celebrity" && random.chance(0.25)) {
      const form = readForms(page.html).find(({ files }) => files.length > 0);
      const field = form?.files[0];
      if (!form || !field) return tally.fail("/celebrity has no form for a picture");
      await this.context.pause();
      await this.browser.submit(form, { [field]: this.context.picture });
      tally.count("form accepted");
    }
  }
}
