import { DBOS, DBOSClient } from "@dbos-inc/dbos-sdk";
import { DBOS_NAME, DBOS_SCHEMA } from "./names";

let opening: { url: string; client: Promise<DBOSClient> } | undefined;

/** The process's connection to the durable queue: routes and commands start and cancel runs through it, whether or not a worker is here. */
export function runClient(databaseUrl: string): Promise<DBOSClient> {
  if (opening?.url !== databaseUrl) {
    const client = open(databaseUrl);
    opening = { url: databaseUrl, client };
    client.catch(() => {
      opening = undefined;
    });
  }
  return opening.client;
}

/** Closes it; the next use opens it again. */
export async function closeRunClient(): Promise<void> {
  const client = await opening?.client.catch(() => undefined);
  opening = undefined;
  await client?.destroy();
}

async function open(systemDatabaseUrl: string): Promise<DBOSClient> {
  await DBOS.migrate(systemDatabaseUrl, { schemaName: DBOS_SCHEMA });
  return DBOSClient.create({
    systemDatabaseUrl,
    systemDatabaseSchemaName: DBOS_SCHEMA,
    systemDatabasePoolSize: 2,
    applicationName: DBOS_NAME,
  });
}
