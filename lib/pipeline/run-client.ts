import { DBOSClient } from "@dbos-inc/dbos-sdk";
import { openPool } from "../store/open-pool";
import { DBOS_NAME, DBOS_SCHEMA } from "./names";
import { prepareQueue } from "./prepare-queue";

const POOL_SIZE = 3;

interface RunClient {
  client: DBOSClient;
  close(): Promise<void>;
}

let opening: { url: string; client: Promise<RunClient> } | undefined;

/** The process's connection to the durable queue: routes and commands start and cancel runs through it, whether or not a worker is here. */
export async function runClient(databaseUrl: string): Promise<DBOSClient> {
  if (opening?.url !== databaseUrl) {
    const client = open(databaseUrl);
    opening = { url: databaseUrl, client };
    client.catch(() => {
      opening = undefined;
    });
  }
  return (await opening.client).client;
}

/** Closes it; the next use opens it again. */
export async function closeRunClient(): Promise<void> {
  const client = await opening?.client.catch(() => undefined);
  opening = undefined;
  await client?.close();
}

async function open(systemDatabaseUrl: string): Promise<RunClient> {
  await prepareQueue(systemDatabaseUrl);
  const systemDatabasePool = openPool(systemDatabaseUrl, POOL_SIZE);
  const names = { systemDatabaseSchemaName: DBOS_SCHEMA, applicationName: DBOS_NAME };
  const client = await DBOSClient.create({ systemDatabaseUrl, systemDatabasePool, ...names });
  const close = async () => {
    await client.destroy();
    await systemDatabasePool.end();
  };
  return { client, close };
}
