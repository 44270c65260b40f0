import { ask } from "./ask";
import type { Db } from "./client";

/** True when the database answers within `timeoutMs`. */
export const ping = (db: Db, timeoutMs: number): Promise<boolean> =>
  ask(db, timeoutMs).then(
    () => true,
    () => false,
  );
