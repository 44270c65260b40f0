import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { makeVisitorId, VISITOR_COOKIE } from "../../../lib/capture/visitor-cookie";

const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const PATIENCE_MS = 30_000;
const FEWEST = 20;
const PAUSE_MS = 25;

/**
 * Opens pages one after the other for a while, a moment between them, twenty at least, and tells of each how long after its answer had come it stood in the database, in milliseconds: by when
 * another connection is told of the commit and finds it.
 */
export async function measureLag(url: string, databaseUrl: string, spanMs: number): Promise<number[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const answeredAt = new Map<string, number>();
  const lags: number[] = [];
  let asking: Promise<void> | null = null;
  const look = async () => {
    const toldAt = performance.now();
    const { rows } = await client.query<{ key: string }>(
      "SELECT visitor.key FROM visitor JOIN event ON event.visitor_id = visitor.id WHERE visitor.key = ANY($1)",
      [[...answeredAt.keys()]],
    );
    for (const { key } of rows) {
      lags.push(Math.max(0, toldAt - (answeredAt.get(key) ?? toldAt)));
      answeredAt.delete(key);
    }
  };
  const ask = () => {
    asking = (asking ?? Promise.resolve()).then(look);
  };
  client.on("notification", ask);
  await client.query("LISTEN footfall");
  let opened = 0;
  try {
    for (const end = performance.now() + spanMs; performance.now() < end || opened < FEWEST; opened += 1) {
      const visitor = makeVisitorId();
      const headers = { accept: "text/html", "user-agent": BROWSER, cookie: `${VISITOR_COOKIE}=${visitor}` };
      const response = await fetch(`${url}/lag`, { headers });
      await response.arrayBuffer();
      answeredAt.set(visitor, performance.now());
      ask(); // its commit may have been told of before its answer had come
      await delay(PAUSE_MS);
    }
    for (const end = performance.now() + PATIENCE_MS; lags.length < opened && performance.now() < end; ) {
      await delay(50);
      if (answeredAt.size > 0) await look();
    }
    if (lags.length < opened) throw new Error(`${opened - lags.length} of ${opened} pages are not stored`);
    return lags;
  } finally {
    await client.end();
  }
}
