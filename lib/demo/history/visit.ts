import type { EventKind, EventReferral, EventUser, NewEvent } from "../../capture/event";
import type { People, Visitor } from "./people";
import { DIRECT, REFERRALS } from "./places-and-devices";
import { type Random, weighted } from "./random";

const SECOND = 1_000;
const LONGEST_STAY = 20 * 60 * SECOND;
const PING_AFTER = 15 * SECOND;
const pickReferral = weighted(REFERRALS);
const pickPage = weighted([
  ["/", 30],
  ["/house-price", 30],
  ["/celebrity", 26],
  ["/launches", 14],
]);
/** How likely a form is sent once its page is open, how long filling it takes, and how often it is refused at first. */
const FORMS = new Map([
  ["/house-price", { likely: 0.4, median: 38, refused: 0.16 }],
  ["/celebrity", { likely: 0.32, median: 21, refused: 0.1 }],
]);

type Mark = { kind: EventKind; route: string; method?: string; refused?: boolean; document?: boolean; path?: string; status?: number };

/** One visit being written down: a hand on the clock, and who is signed in. */
export class Visit {
  private at: number;
  private signedIn: EventUser | null = null;
  private referral: EventReferral | null;

  constructor(
    private readonly visitor: Visitor,
    startedAt: number,
    private readonly random: Random,
    private readonly out: NewEvent[],
  ) {
    this.at = startedAt;
    this.referral = DIRECT;
  }

  /** Writes the whole visit: a landing, and mostly more. */
  write(people: People, isNew: boolean): void {
    const { random } = this;
    this.referral = random.chance(isNew ? 1 : 0.4) ? pickReferral(random) : DIRECT;
    this.open(random.chance(0.55) ? "/" : pickPage(random), true);
    if (random.chance(0.015)) this.lookForNothing();
    if (random.chance(isNew ? 0.36 : 0.2)) return;
    if (this.visitor.user) {
      if (random.chance(0.7)) this.signIn(this.visitor.user);
    } else if (random.chance(isNew ? 0.05 : 0.11)) this.register(people.register());
    do {
      this.stay(24, 0.9);
      const page = pickPage(random);
      this.open(page, false);
      this.maybeSendForm(page);
    } while (random.chance(0.55));
    if (this.signedIn && random.chance(0.5)) this.signOut();
    else if (random.chance(0.5)) this.stay(20, 0.9);
  }

  private open(route: string, document: boolean): void {
    this.mark({ kind: "view", route, document });
  }

  private lookForNothing(): void {
    this.stay(6, 0.4);
    this.mark({ kind: "view", route: "(not found)", path: "/old-page", document: true, refused: true, status: 404 });
  }

  private signIn(user: EventUser): void {
    this.stay(9, 0.6);
    this.open("/login", false);
    this.stay(8, 0.5);
    if (this.random.chance(0.06)) {
      this.mark({ kind: "action", route: "/login", method: "POST", refused: true });
      this.stay(7, 0.4);
    }
    this.signedIn = user;
    this.mark({ kind: "login", route: "/login", method: "POST" });
  }

  private register(user: EventUser): void {
    this.stay(12, 0.7);
    this.open("/register", false);
    this.stay(34, 0.5);
    if (this.random.chance(0.14)) {
      this.mark({ kind: "action", route: "/register", method: "POST", refused: true });
      this.stay(11, 0.5);
    }
    this.visitor.user = user;
    this.signedIn = user;
    this.mark({ kind: "register", route: "/register", method: "POST" });
    this.signedIn = null;
    this.signIn(user);
  }

  private signOut(): void {
    this.stay(14, 0.8);
    this.mark({ kind: "logout", route: "/logout", method: "POST" });
    this.signedIn = null;
  }

  private maybeSendForm(route: string): void {
    const form = FORMS.get(route);
    if (!form || !this.random.chance(form.likely)) return;
    this.stay(form.median, 0.6);
    if (this.random.chance(form.refused)) {
      this.mark({ kind: "action", route, method: "POST", refused: true });
      this.stay(form.median / 3, 0.5);
    }
    this.mark({ kind: "action", route, method: "POST" });
  }

  /** Time passes on the open page, which says once that it is still there. */
  private stay(medianSec: number, sigma: number): void {
    const stayMs = Math.min(LONGEST_STAY, Math.round(this.random.spread(medianSec, sigma) * SECOND));
    const until = this.at + stayMs;
    const last = this.out[this.out.length - 1];
    if (stayMs > PING_AFTER && last) {
      this.at += Math.round(PING_AFTER + (stayMs - PING_AFTER) * this.random.next());
      this.mark({ kind: "ping", route: last.route });
    }
    this.at = until;
  }

  private mark({ kind, route, method = "GET", refused = false, document = false, path = route, status = 200 }: Mark): void {
    const { random, visitor } = this;
    const answered = document || method !== "GET";
    this.out.push({
      id: inventId(this.at, random),
      at: new Date(this.at),
      kind,
      outcome: refused ? "error" : "success",
      visitor: visitor.key,
      user: this.signedIn,
      method,
      route,
      path,
      status: answered ? status : null,
      durationMs: answered ? Math.round(random.spread(kind === "view" ? 14 : 65, 0.5)) : null,
      timeSpentSec: null,
      title: null,
      address: visitor.address,
      country: visitor.country,
      client: visitor.client,
      referral: this.referral,
    });
    this.referral = null;
  }
}

/** Every number of 16 bits in four hexadecimal digits: to look five of them up takes a third of what writing them out does. */
const HEX = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, "0"));
const hexOf = (bits: number) => HEX[bits & 0xffff] as string;

/** A UUID of version 7: the instant, and random bits. */
function inventId(atMs: number, random: Random): string {
  const upper = Math.floor(atMs / 0x10000);
  const [a, b, c] = [random.bits(), random.bits(), random.bits()];
  const version = hexOf(0x7000 | (a & 0x0fff));
  const variant = hexOf(0x8000 | ((a >>> 16) & 0x3fff));
  return `${hexOf(Math.floor(upper / 0x10000))}${hexOf(upper)}-${hexOf(atMs)}-${version}-${variant}-${hexOf(b >>> 16)}${hexOf(b)}${hexOf(c)}`;
}
