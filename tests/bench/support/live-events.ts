import { uuidv7 } from "uuidv7";
import type { EventClient, NewEvent } from "../../../lib/capture/event";

/** People on the site at one moment. Many, so that nearly every event of a batch is of somebody else: the costly case. */
const PRESENT = 3_000;
const MEAN_VISIT = 6;
const EVENTS_A_SECOND = 500;
const ROUTES = ["/", "/", "/", "/house-price", "/house-price", "/celebrity", "/launches", "/register"];
const CLIENTS = Array.from({ length: 60 }, (_, index): EventClient => {
  const version = 90 + index;
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
  return { userAgent, browser: `Chrome ${version}`, os: "Linux", device: "desktop", language: "en", screen: null };
});

interface Person {
  visitor: string;
  user: NewEvent["user"];
  left: number;
  client: EventClient;
  address: string;
}

const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(Math.random() * values.length)] as Value;

/** Endless believable traffic in the order of its times: visits of six events on average, some of people who come again, some signed in. */
export function* liveEvents(start: Date): Generator<NewEvent, never> {
  let arrived = 0;
  const arrive = (): Person => {
    arrived += 1;
    const returning = Math.random() < 0.25 && arrived > PRESENT;
    const number = returning ? Math.floor(Math.random() * arrived) : arrived;
    const user =
      Math.random() < 0.1 ? { key: `user ${number}`, label: `User ${number}`, gender: pick(["m", "f", "unknown"] as const) } : null;
    const left = 1 + Math.floor(-Math.log(1 - Math.random()) * (MEAN_VISIT - 0.5));
    return { visitor: `visitor ${number}`, user, left, client: pick(CLIENTS), address: `198.51.100.${number % 250}` };
  };
  const present = Array.from({ length: PRESENT }, arrive);
  const signedIn = new WeakSet<Person>();
  for (let number = 0; ; number += 1) {
    const place = Math.floor(Math.random() * PRESENT);
    const person = present[place] as Person;
    const kind = person.user && !signedIn.has(person) ? "login" : Math.random() < 0.15 ? "action" : "view";
    if (kind === "login") signedIn.add(person);
    const route = kind === "login" ? "/login" : pick(ROUTES);
    yield {
      id: uuidv7(),
      at: new Date(start.getTime() + Math.floor((number * 1_000) / EVENTS_A_SECOND)),
      kind,
      outcome: kind === "action" && Math.random() < 0.1 ? "error" : "success",
      visitor: person.visitor,
      user: kind === "login" || signedIn.has(person) ? person.user : null,
      method: kind === "view" ? "GET" : "POST",
      route,
      path: route,
      status: 200,
      durationMs: 3 + Math.random() * 30,
      timeSpentSec: null,
      title: null,
      address: person.address,
      country: "DE",
      client: person.client,
      referral: null,
    };
    person.left -= 1;
    if (person.left === 0) present[place] = arrive();
  }
}

/** The next `size` events. */
export const take = (events: Iterator<NewEvent, never>, size: number): NewEvent[] =>
  Array.from({ length: size }, () => events.next().value);
