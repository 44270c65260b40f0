import { Agent, get } from "node:http";
import { makeVisitorId } from "../../lib/capture/visitor-cookie";
import { openDatabase } from "../../lib/db/client";
import { runApp } from "../support/run-app";
import { BROWSERS } from "../support/user-agents";
import { expect, test } from "./fixtures";

/** The status of an answer that came whole, or null: the server was gone. */
function ask(url: string, agent: Agent, visitor: string): Promise<number | null> {
  const headers = { "user-agent": BROWSERS[0], accept: "text/html", cookie: `ff_visitor=${visitor}` };
  return new Promise((resolve) => {
    const asked = get(url, { agent, headers }, (response) => {
      response.resume();
      response.on("close", () => resolve(response.complete ? (response.statusCode ?? null) : null));
    });
    asked.on("error", () => resolve(null));
  });
}

test("a server that is stopped under load answers what it took on, stores all of it, and ends with code 0 within 10 seconds", async () => {
  test.setTimeout(180_000);
  const app = await runApp();
  const db = openDatabase(app.databaseUrl, { poolSize: 2 });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const answered: string[] = [];
  let gone = false;
  const worker = async () => {
    while (!gone) {
      const visitor = makeVisitorId();
      const status = await ask(`${app.url}/login`, agent, visitor);
      if (status === 200) answered.push(visitor);
      else gone = true;
    }
  };
  try {
    const load = Promise.all(Array.from({ length: 8 }, worker));
    await expect.poll(() => answered.length, { timeout: 60_000 }).toBeGreaterThan(20);
    const askedToStop = Date.now();
    process.kill(app.server.pid, "SIGTERM");
    expect(await app.server.ended).toBe(0);
    expect(Date.now() - askedToStop).toBeLessThan(10_000);
    await load;
    const rows = await db.$queryRaw<{ key: string; events: bigint }[]>`
      SELECT visitor.key, count(*) AS events FROM event JOIN visitor ON visitor.id = visitor_id WHERE key = ANY (${answered}::text[]) GROUP BY 1`;
    expect(rows.map(({ key }) => key).sort()).toEqual([...answered].sort());
    expect(rows.every(({ events }) => events === 1n)).toBe(true);
  } finally {
    agent.destroy();
    await db.$disconnect();
    await app.stop();
  }
});
