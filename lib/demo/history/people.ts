import type { EventClient, EventUser, Gender } from "../../capture/event";
import { CLIENTS, COUNTRIES } from "./places-and-devices";
import { type Random, weighted } from "./random";

/** Somebody's browser, as the history goes on. */
export interface Visitor {
  key: string;
  user: EventUser | null;
  client: EventClient;
  country: string;
  address: string;
}

const POOL = 50_000;
const pickGender = weighted<Gender>([
  ["m", 46],
  ["f", 44],
  ["unknown", 10],
]);
const pickCountry = weighted(COUNTRIES);
const pickClient = weighted(CLIENTS);

/** Addresses reserved for documentation (RFC 5737, RFC 3849): nobody has them. */
function inventAddress(random: Random): string {
  if (random.chance(0.4)) return `2001:db8:${random.integer(65_536).toString(16)}:${random.integer(65_536).toString(16)}::1`;
  return `${random.pick(["192.0.2", "198.51.100", "203.0.113"])}.${1 + random.integer(254)}`;
}

/** How the keys of all browsers of one history begin. */
export const keyPrefix = (seed: number) => `invented-${seed}-`;

/** People who come, come back, and register. All of them are invented, and called so: "Visitor 123". */
export function createPeople(seed: number, random: Random) {
  const known: Visitor[] = [];
  let visitors = 0;
  let users = 0;
  const remember = (visitor: Visitor): Visitor => {
    if (known.length < POOL) known.push(visitor);
    else known[random.integer(POOL)] = visitor;
    return visitor;
  };
  const arrive = (user: EventUser | null): Visitor => {
    visitors += 1;
    return remember({
      key: `${keyPrefix(seed)}${visitors}`,
      user,
      client: pickClient(random),
      country: pickCountry(random),
      address: inventAddress(random),
    });
  };
  return {
    /** Who makes the next visit, and whether it is their first with this browser. */
    next(): { visitor: Visitor; isNew: boolean } {
      if (known.length === 0 || random.chance(0.5)) return { visitor: arrive(null), isNew: true };
      // Recent visitors come back more often than those of long ago.
      const age = random.next() ** 2;
      const visitor = known[Math.floor((1 - age) * known.length)] ?? (known[0] as Visitor);
      // Some people have a second device.
      if (visitor.user && random.chance(0.06)) return { visitor: arrive(visitor.user), isNew: true };
      return { visitor, isNew: false };
    },
    register(): EventUser {
      users += 1;
      return { key: `invented-${seed}-user-${users}`, label: `Visitor ${users}`, gender: pickGender(random) };
    },
  };
}

export type People = ReturnType<typeof createPeople>;
