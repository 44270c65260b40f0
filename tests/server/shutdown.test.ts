import { afterAll, beforeAll, expect, test } from "vitest";
import { openStreams } from "../bench/support/streams";
import { startLoad } from "../chaos/arena/load";
import { runApp, type TestApp } from "../support/run-app";
import { signIn } from "../support/sign-in";

const STREAMS = 500;
let app: TestApp;

beforeAll(async () => {
  app = await runApp();
});
afterAll(() => app?.stop());

test(`SIGTERM with ${STREAMS} open streams and events coming in: exit code 0 within ten seconds, and what was acknowledged is stored`, async () => {
  const { cookie } = await signIn(app.url, app.owner);
  const streams = await openStreams(app.url, cookie, STREAMS);
  const load = startLoad(() => [app.url], { retry: false });
  try {
    expect(streams.open).toBe(STREAMS);
    await expect.poll(() => load.known.acknowledged.size, { timeout: 30_000 }).toBeGreaterThan(20);
    // Next has words of its own for it, which must not break the log.
    const broken = { "content-type": "multipart/form-data; boundary=x", origin: app.url };
    expect((await fetch(`${app.url}/login?email=ada@example.org`, { method: "POST", headers: broken, body: "no form" })).status).toBe(400);
    const asked = performance.now();
    process.kill(app.server.pid, "SIGTERM");
    expect(await app.server.ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
    await expect.poll(() => streams.open).toBe(0);
    for (const line of app.log().trim().split("\n"))
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), msg: expect.any(String) });
    expect(app.log()).toContain("Failed to parse body");
    expect(app.log()).not.toMatch(/127\.0\.0\.1|ada@/);
    const { acknowledged } = await load.stop();
    expect(await app.db.event.count({ where: { id: { in: [...acknowledged] } } })).toBe(acknowledged.size);
  } finally {
    await load.stop();
    streams.close();
  }
});
