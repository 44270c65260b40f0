import { Client } from "pg";
import { appendEvents } from "../../../lib/store/append-events";
import type { Measurement } from "../measurement";
import type { BenchDatabase } from "../support/bench";
import { liveEvents, take } from "../support/live-events";
import { summarise } from "../support/statistics";

const BATCH = 1_000;
const WARM_UP = 8;

/** The whole way of a batch into the store, against nothing but an insert of the rows that it wrote, in turns. */
export const storeRatio: Measurement = {
  name: "store",
  quick: true,
  figures: [
    {
      key: "storeRatio",
      title: "Store path ÷ plain insert of the same rows, batches of 1,000",
      unit: "×",
      budget: { atLeast: 0.5 },
      sane: [0.05, 2],
    },
  ],
  async measure(bench) {
    const [store, plain] = [await bench.database("store"), await bench.database("plain")];
    const rounds = bench.quick ? 2 : 10;
    const batches = bench.quick ? 2 : 10;
    const events = liveEvents(new Date(Date.now() - 30 * 60_000));
    const [reader, writer] = [new Client({ connectionString: store.url }), new Client({ connectionString: plain.url })];
    await Promise.all([reader.connect(), writer.connect()]);
    const takeTurns = async (count: number) => {
      let [storeMs, plainMs] = [0, 0];
      for (let batch = 0; batch < count; batch += 1) {
        storeMs += await appendBatch(store, take(events, BATCH));
        plainMs += await insertPlainly(writer, await lastRows(reader));
      }
      return { storeMs, plainMs };
    };
    try {
      await takeTurns(bench.quick ? 1 : WARM_UP);
      const ratios: number[] = [];
      const speeds: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const { storeMs, plainMs } = await takeTurns(batches);
        ratios.push(plainMs / storeMs);
        speeds.push((batches * BATCH * 1_000) / storeMs);
      }
      const speed = summarise(speeds);
      return { storeRatio: summarise(ratios, `${Math.round(speed.value).toLocaleString("en-US")} events/s through the store`) };
    } finally {
      await Promise.all([reader.end(), writer.end()]);
    }
  },
};

async function appendBatch({ db, site }: BenchDatabase, batch: Parameters<typeof appendEvents>[2]): Promise<number> {
  const started = performance.now();
  await appendEvents(db, site, batch);
  return performance.now() - started;
}

type Rows = { columns: string[]; casts: string[]; values: unknown[][] };

/** The rows of the latest batch as they stand in the table, column by column. */
async function lastRows(reader: Client): Promise<Rows> {
  const { rows } = await reader.query<{ name: string; type: string }>(
    "SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = 'event'::regclass AND attnum > 0 AND NOT attisdropped",
  );
  const columns = rows.map(({ name }) => name);
  const text = columns.map((name) => `${name}::text`).join(", ");
  const last = await reader.query({
    text: `SELECT ${text} FROM event ORDER BY event.seq DESC LIMIT ${BATCH}`,
    rowMode: "array",
  });
  const values = columns.map((_, index) => last.rows.map((row: unknown[]) => row[index]));
  return { columns, casts: rows.map(({ type }) => type), values };
}

/** One statement in one transaction, each column an array: the fastest way from Node that we know of, but for COPY. */
async function insertPlainly(writer: Client, { columns, casts, values }: Rows): Promise<number> {
  const arrays = casts.map((type, index) => `$${index + 1}::${type}[]`).join(", ");
  const started = performance.now();
  await writer.query({ name: "plain", text: `INSERT INTO event (${columns.join(", ")}) SELECT * FROM unnest(${arrays})`, values });
  return performance.now() - started;
}
