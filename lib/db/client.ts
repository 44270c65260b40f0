import { PrismaPg } from "@prisma/adapter-pg";
import { Client, Pool } from "pg";
import { env } from "../env";
import { PrismaClient } from "./generated/client";

export type Db = PrismaClient;
/** What runs inside `$transaction`. */
export type Tx = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$transaction" | "$extends">;

const POOL_SIZE = 10;
/** A connection, new or free again, is waited for this long; one that a network forgot without a word is noticed by asking. */
const PATIENCE = { connectionTimeoutMillis: 15_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000 };

const openedSlot = Symbol.for("footfall.opened");
type Opened = WeakMap<Db, { url: string; pool: Pool }>;

/** What every client was opened with; shared by every module graph Next makes, as the client is. */
function opened(): Opened {
  const holder = globalThis as { [openedSlot]?: Opened };
  holder[openedSlot] ??= new WeakMap();
  return holder[openedSlot];
}

/** A client of its own for that address. UTC is pinned: the adapter sends instants without an offset. */
export function openDatabase(url: string, options: { poolSize?: number } = {}): Db {
  const pool = new Pool({ connectionString: url, max: options.poolSize ?? POOL_SIZE, ...PATIENCE, options: "-c timezone=UTC" });
  // An idle connection that breaks is replaced at its next use.
  pool.on("error", () => undefined);
  const client = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
  opened().set(client, { url, pool });
  return client;
}

/** The connections behind a client, for what Prisma would make slow. */
export function poolOf(database: Db): Pool {
  const pool = opened().get(database)?.pool;
  if (!pool) throw new Error("This client was not opened by openDatabase.");
  return pool;
}

/** Runs bulk work on a connection of its own beside a client's pool: for COPY, which Prisma has no words for. Always closes it. */
export async function withConnection<Result>(database: Db, run: (connection: Client) => Promise<Result>): Promise<Result> {
  const url = opened().get(database)?.url;
  // Without an address pg would take whatever server listens at its usual port.
  if (!url) throw new Error("This client was not opened by openDatabase.");
  const connection = new Client({ connectionString: url, ...PATIENCE, options: "-c timezone=UTC" });
  // Without a listener a lost connection would end the process; the query under way rejects anyway.
  connection.on("error", () => {});
  await connection.connect();
  try {
    return await run(connection);
  } finally {
    await connection.end().catch(() => {});
  }
}

/** The same on several connections. */
export function withConnections<Result>(database: Db, count: number, run: (connections: Client[]) => Promise<Result>): Promise<Result> {
  if (count === 0) return run([]);
  return withConnection(database, (first) => withConnections(database, count - 1, (others) => run([first, ...others])));
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
