import pg from "pg";

const GATE = 4711;

const WAITING = `
  SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${GATE} AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

export interface StepGate {
  /** How many step attempts wait at it. */
  waiting(): Promise<number>;
  /** Ends the connections that wait at it: their process is gone, and Postgres would only notice when they go on. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A gate before the end of each first attempt at a step: it is done, and its process can be stopped just before that is recorded, which is the worst
 * moment for a step that must not count twice.
 */
export async function closeStepGate(url: string): Promise<StepGate> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.state = 'succeeded' AND NEW.attempt = 1 THEN PERFORM pg_advisory_xact_lock(${GATE}); END IF;
      RETURN NEW;
    END $$`);
  await client.query("CREATE TRIGGER gate BEFORE UPDATE ON pipeline_step FOR EACH ROW EXECUTE FUNCTION wait_at_gate()");
  await client.query("SELECT pg_advisory_lock($1)", [GATE]);
  return {
    waiting: async () => (await client.query(WAITING)).rowCount ?? 0,
    clear: async () => void (await client.query(`SELECT pg_terminate_backend(pid) FROM (${WAITING}) AS waiting`)),
    close: () => client.end(),
  };
}
