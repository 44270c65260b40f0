import { appendFileSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "../../lib/env";
import { keepTable } from "../support/keep-table";
import { type Arena, type ChaosServer, openArena } from "./arena/arena";
import { judge, printTable, type Verdict } from "./arena/judge";
import { type Load, type LoadOptions, startLoad } from "./arena/load";
import { mayMount, mountSmallDisk } from "./arena/small-disk";

const LONG = env().FOOTFALL_CHAOS === "long";
/** How long a fault lasts, and how long the load goes on before and after it. */
const FAULT_MS = LONG ? 20_000 : 1_500;
const CALM_MS = LONG ? 5_000 : 700;

let arena: Arena;
let first: ChaosServer;
let second: ChaosServer;
const verdicts: Verdict[] = [];

beforeAll(async () => {
  arena = await openArena();
  first = await arena.addServer();
});

afterAll(async () => {
  await arena?.close();
  const table = printTable(verdicts);
  console.log(`\n${table}\n`);
  if (LONG && verdicts.length > 8) keepTable("figures", table);
});

const droppedBy = async (server: ChaosServer) =>
  Object.values((await server.health()).capture?.dropped ?? {}).reduce((sum, n) => sum + n, 0);

/** Load, fault, load; then everything must be committed and be told of truly. */
async function suffer(
  fault: string,
  hurt: (load: Load) => Promise<void>,
  options: LoadOptions & { targets?: () => ChaosServer[] } = {},
): Promise<Verdict> {
  const targets = options.targets ?? (() => [first]);
  const before = await droppedBy(first);
  const load = startLoad(() => targets().map(({ url }) => url), options);
  const goesOn = async () => {
    const already = load.known.acknowledged.size;
    await delay(CALM_MS);
    await expect.poll(() => load.known.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(already + 20);
  };
  try {
    await goesOn();
    await hurt(load);
    await goesOn();
  } finally {
    await load.stop();
  }
  const { known } = load;
  for (const server of targets()) await server.drained();
  const dropped = await droppedBy(first);
  const verdict = await judge(arena.database.directUrl(), fault, known, dropped < before ? dropped : dropped - before);
  verdicts.push(verdict);
  expect(verdict).toMatchObject({ duplicated: 0, lost: 0, different: 0 });
  return verdict;
}

/** While only the database suffers, nothing at all is lost. */
const expectAllStored = (verdict: Verdict) =>
  expect(verdict).toMatchObject({ stored: verdict.sent, pagesStored: verdict.pages, dropped: 0 });

/** What is not stored was dropped and counted, but for what nobody answered for, which is normally nothing. */
function expectAllCounted(verdict: Verdict): void {
  const missing = verdict.sent - verdict.stored + (verdict.pages - verdict.pagesStored);
  expect(Math.abs(verdict.dropped - missing)).toBeLessThanOrEqual(verdict.unanswered);
}

test("kill -9 of the server: what was acknowledged is stored, once", async () => {
  await suffer("kill -9 the server", async () => {
    await first.kill();
    await delay(200);
    await first.start();
  });
});

test("kill -9 of Postgres: everything is stored, once", async () => {
  const verdict = await suffer("kill -9 Postgres", async () => {
    arena.database.kill();
    await delay(FAULT_MS);
    await arena.database.start();
  });
  expectAllStored(verdict);
});

test("a frozen Postgres (SIGSTOP): everything is stored, once", async () => {
  const verdict = await suffer("freeze Postgres", async () => {
    arena.database.freeze();
    await delay(FAULT_MS);
    arena.database.thaw();
  });
  expectAllStored(verdict);
});

test("connections cut in the middle of commits: everything is stored, once", async () => {
  const verdict = await suffer("cut connections mid-commit", async () => {
    for (const end = Date.now() + FAULT_MS; Date.now() < end; await delay(60 + Math.random() * 90)) {
      arena.database.cutConnections();
      await arena.database.terminateBackends();
    }
  });
  expectAllStored(verdict);
});

test("no connection left for the server: everything is stored, once", async () => {
  const verdict = await suffer("exhaust the connections", async () => {
    const held = await takeAllConnections();
    await delay(FAULT_MS);
    await Promise.all(held.map((client) => client.end()));
  });
  expectAllStored(verdict);
});

async function takeAllConnections(): Promise<Client[]> {
  const held: Client[] = [];
  for (let refused = 0; refused < 3 && held.length < 200; ) {
    const client = new Client({ connectionString: arena.database.directUrl() });
    client.on("error", () => undefined);
    try {
      await client.connect();
      held.push(client);
    } catch {
      refused += 1;
      // The server's own connections go, and theirs are taken too.
      await held[0]?.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query NOT LIKE '%pg_stat_activity%' AND query <> '' AND backend_type = 'client backend'",
      );
    }
  }
  return held;
}

test("a lock that somebody holds: everything is stored, once", async () => {
  const verdict = await suffer("lock the site", async () => {
    const client = new Client({ connectionString: arena.database.directUrl() });
    await client.connect();
    await client.query("BEGIN");
    await client.query("SELECT FROM site_counter FOR UPDATE");
    await delay(FAULT_MS);
    await client.query("ROLLBACK");
    await client.end();
  });
  expectAllStored(verdict);
});

test("two servers that are stopped and started in turn: everything is stored, once, and whoever gets an answer gets a good one", async () => {
  second = await arena.addServer();
  const verdict = await suffer(
    "restart two servers in turn",
    async ({ known }) => {
      for (let round = 0; round < (LONG ? 5 : 1); round += 1) {
        for (const server of [first, second]) {
          expect(await server.stop()).toBe(0);
          await server.start();
          const before = known.acknowledged.size;
          await expect.poll(() => known.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(before + 40);
        }
      }
      expect(known.failures, `${first.errors()}${second.errors()}`).toEqual([]);
    },
    // A server that starts takes connections before it can answer, and on a busy machine that is a while.
    { targets: () => [first, second], patienceMs: 90_000 },
  );
  expectAllStored(verdict);
});

test("kill -9 of one of two servers: what was acknowledged is stored, once", async () => {
  let alive = [first, second];
  await suffer(
    "kill -9 one of two servers",
    async () => {
      alive = [first];
      await second.kill();
      await delay(300);
    },
    { targets: () => alive },
  );
});

test("a spool whose end is cut and overwritten: the rest is stored, once, and the damage counted", async () => {
  const verdict = await suffer("damage the spool's tail", async () => {
    arena.database.kill();
    await expect.poll(() => spoolOf(first).reduce((sum, { bytes }) => sum + bytes, 0), { timeout: 20_000 }).toBeGreaterThan(10_000);
    await first.kill();
    const last = spoolOf(first).at(-1);
    if (last) {
      truncateSync(last.path, last.bytes - 37);
      appendFileSync(last.path, '\n0badc0de {"site":"demo","event":{}}\n\u0000\u0001garbage');
    }
    await arena.database.start();
    await first.start();
  });
  expect(verdict.dropped).toBeGreaterThan(0);
});

const spoolOf = ({ spoolFolder }: ChaosServer) =>
  readdirSync(spoolFolder)
    .filter((name) => name.endsWith(".spool"))
    .sort()
    .map((name) => ({ path: join(spoolFolder, name), bytes: statSync(join(spoolFolder, name)).size }));

test("a spool and a memory that are full: the rest is dropped, and every drop is counted", async () => {
  await first.stop();
  await first.start({ FOOTFALL_SPOOL_MB: "0.03", FOOTFALL_BUFFER_EVENTS: "100" });
  const verdict = await suffer(
    "fill the spool and the memory",
    async (load) => {
      arena.database.kill();
      await expect.poll(() => load.known.sent.size, { timeout: 60_000 }).toBeGreaterThan(load.known.acknowledged.size + 400);
      await delay(FAULT_MS / 3);
      await arena.database.start();
    },
    // Sent once each: an event that is refused and sent again would count as dropped twice.
    { retry: false, senders: 12 },
  );
  expect(verdict.dropped).toBeGreaterThan(0);
  expectAllCounted(verdict);
  await first.stop();
  await first.start();
});

test.skipIf(!mayMount())(
  "a spool's disk that is full, and then read-only: the rest is dropped, every drop is counted and in the log, pages go on, and the spool is used again",
  async () => {
    await first.stop();
    const disk = mountSmallDisk(first.spoolFolder, 64);
    try {
      await first.start({ FOOTFALL_BUFFER_EVENTS: "100" });
      const spool = async () => (await first.health()).capture?.spool;
      const verdict = await suffer(
        "fill the spool's disk, make it read-only",
        async ({ known }) => {
          const pagesGoOn = async () => {
            const before = known.pages.size;
            await expect.poll(() => known.pages.size, { timeout: 60_000 }).toBeGreaterThan(before + 4);
          };
          arena.database.kill();
          await expect.poll(spool, { timeout: 60_000 }).toBe("broken");
          await expect.poll(() => droppedBy(first), { timeout: 60_000 }).toBeGreaterThan(0);
          await delay(FAULT_MS / 3);
          await pagesGoOn();
          await disk.makeReadOnly();
          await delay(FAULT_MS / 3);
          await pagesGoOn();
          expect(await spool()).toBe("broken");
          expect(known.failures).toContain("POST 503");
          expect(known.failures).not.toContain("POST 500");
          await disk.makeWritable();
          await arena.database.start();
        },
        // Sent once each: an event that is refused and sent again would count as dropped twice.
        { retry: false, senders: 12 },
      );
      expect(verdict.dropped).toBeGreaterThan(0);
      expectAllCounted(verdict);
      await expect.poll(spool).toBe("ok");
      expect(await first.stop()).toBe(0);
      expect(first.toldDropped()).toBe(verdict.dropped);
    } finally {
      await first.stop();
      disk.remove();
    }
  },
);
