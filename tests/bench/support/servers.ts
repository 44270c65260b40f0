import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { ensureBuild } from "../../../lib/cli/app/ensure-build";
import { type RunningServer, runServer } from "../../../lib/cli/app/run-server";
import { inheritedEnv, setEnv } from "../../../lib/env";
import type { Bench, BenchDatabase } from "./bench";
import { buildBare } from "./build-bare";

export interface BenchServer extends RunningServer {
  database: BenchDatabase;
  authSecret: string;
  dataFolder: string;
}

const COLLECT_ON_SIGNAL = pathToFileURL(resolve("tests/bench/support/collect-on-signal.mjs")).href;

const buildProduct = (bench: Bench) => bench.once("product build", () => ensureBuild((step) => bench.say(step)));

/** The product as `npm start` serves it: the production build on a durable Postgres. The same server for the same name. */
export const openProduct = (bench: Bench, name = "product"): Promise<BenchServer> =>
  bench.once(`server ${name}`, async () => openServer(bench, name, await buildProduct(bench)));

/** The same app with an empty middleware and no capture, and a route handler `/api/bare` that only parses its body. */
export const openBare = (bench: Bench): Promise<BenchServer> =>
  bench.once("server bare", async () => {
    await buildProduct(bench);
    return openServer(bench, "bare", await bench.once("bare build", () => buildBare((step) => bench.say(step))));
  });

async function openServer(bench: Bench, name: string, standalone: string): Promise<BenchServer> {
  const database = await bench.database(name);
  const dataFolder = join(bench.folder, `data-${name}`);
  await mkdir(dataFolder);
  const authSecret = randomBytes(32).toString("base64url");
  const settings = { port: await findFreePort(), databaseUrl: database.url, authSecret, dataFolder };
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  // All the load of a measurement comes from one address.
  setEnv({ FOOTFALL_COLLECT_MB: "0" });
  const options = inheritedEnv().NODE_OPTIONS ?? "";
  setEnv({ NODE_OPTIONS: `${options} --import ${COLLECT_ON_SIGNAL}` });
  const starting = runServer({ mode: "production", standalone }, settings, silence);
  setEnv({ NODE_OPTIONS: options });
  const server = await starting;
  bench.defer(server.stop);
  return { ...server, url: server.url.replace("localhost", "127.0.0.1"), database, authSecret, dataFolder };
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
