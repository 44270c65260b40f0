import { DBOS } from "@dbos-inc/dbos-sdk";
import { hasTable } from "../store/has-table";
import { oneAtATime } from "../store/one-at-a-time";
import { DBOS_SCHEMA } from "./names";

/** Whoever makes or updates the tables of the durable queue does it in turn: two servers that start at once would be in each other's way. */
const inTurn = <T>(databaseUrl: string, act: () => Promise<T>): Promise<T> =>
  oneAtATime(databaseUrl, "the tables of the pipeline's queue", act);

/** Launches this process's part in the queue, and brings its tables up to date. */
export const launchQueue = (databaseUrl: string): Promise<void> => inTurn(databaseUrl, () => DBOS.launch());

/** Makes the tables of the queue where no worker has done so yet. */
export async function prepareQueue(databaseUrl: string): Promise<void> {
  if (DBOS.isInitialized()) return;
  // Also where the tables are there: a worker that is starting may still be adding columns to them, and is done when its turn is.
  await inTurn(databaseUrl, async () => {
    if (!(await hasTable(databaseUrl, `${DBOS_SCHEMA}.workflow_status`))) await DBOS.migrate(databaseUrl, { schemaName: DBOS_SCHEMA });
  });
}
