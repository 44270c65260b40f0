import { PrismaPg } from "@prisma/adapter-pg";
import { env } from "../env";
import { PrismaClient } from "./generated/client";

export type Db = PrismaClient;
/** What runs inside `$transaction`. */
export type Tx = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$transaction" | "$extends">;

const POOL_SIZE = 10;

/** A client of its own for that address. UTC is pinned: the adapter sends instants without an offset. */
export function openDatabase(url: string, options: { poolSize?: number } = {}): Db {
  const adapter = new PrismaPg({ connectionString: url, max: options.poolSize ?? POOL_SIZE, options: "-c timezone=UTC" });
  return new PrismaClient({ adapter });
}

const slot = Symbol.for("footfall.db");
type Holder = { [slot]?: Db };

/** The process's one client, shared by every module graph Next makes. `DATABASE_URL` must be set by then: `npm start` does that. */
export function db(): Db {
  const holder = globalThis as Holder;
  const url = env().DATABASE_URL;
  if (!holder[slot]) {
    if (!url) throw new Error("DATABASE_URL is not set: start the app with npm start, which brings its own database.");
    holder[slot] = openDatabase(url);
  }
  return holder[slot];
}
