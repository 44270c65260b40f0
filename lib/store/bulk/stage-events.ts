import { once } from "node:events";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { AppError } from "../../app-error";
import type { NewEvent } from "../../capture/event";
import type { Db } from "../../db/client";
import { COPY_HEAD, column, copyRows } from "../columns";
import { ensurePartitions } from "../ensure-partitions";
import { EVENT_COLUMNS, type SharedEvent } from "../event-columns";
import type { SiteRef } from "../read-site";
import { readBorder } from "../rebuild/prepare";
import { resolveShared } from "../resolve-dimensions";
import { toStorableText } from "../storable-text";
import { createRouteNumbers, nameRoutes } from "./number-routes";

export type Batches = AsyncIterable<NewEvent[]> | Iterable<NewEvent[]>;

/** An event with its place in the order of arrival and the number of its route (the first time with its pattern). */
interface StagedEvent extends SharedEvent {
  ord: number;
  route: number;
  pattern: string | null;
}

/** What there is in the table `staging`. */
interface Staged {
  staged: number;
  /** Whether they came in the order of time. */
  inOrder: boolean;
  /** The instants of the earliest and of the latest; invalid where there is none. */
  first: Date;
  last: Date;
}

/** The columns of the table `staging`. */
const COLUMNS = {
  ord: column("bigint", ({ ord }: StagedEvent) => ord),
  at: column("timestamptz", ({ event }: StagedEvent) => event.at.getTime()),
  visitor_key: column("text", ({ event }: StagedEvent) => event.visitor),
  user_key: column("text", ({ event }: StagedEvent) => event.user?.key ?? null),
  user_label: column("text", ({ event }: StagedEvent) => event.user?.label ?? null),
  user_gender: column("text", ({ event }: StagedEvent) => event.user?.gender ?? null),
  route: column("integer", ({ route }: StagedEvent) => route),
  pattern: column("text", ({ pattern }: StagedEvent) => pattern),
  ...EVENT_COLUMNS,
};

const DAY_MS = 24 * 60 * 60 * 1000;

const COPY = `COPY staging (${Object.keys(COLUMNS).join(", ")}) FROM STDIN (FORMAT binary)`;

/**
 * Copies events into the table `staging`, a batch at a time; `ord` counts them from 1, `staged_route` tells the ids of their
 * routes, and the partitions they go to are there. Of batches that throw neither routes nor partitions stay. Throws AppError `invalid` for an event of
 * days that the site has forgotten.
 */
export async function stageEvents(
  db: Db,
  connection: Client,
  site: SiteRef,
  batches: Batches,
  onProgress: (events: number) => void,
): Promise<Staged> {
  const border = await readBorder(connection, site);
  const copy = connection.query(copyFrom(COPY));
  let lost: Error | undefined;
  // The connection can fail at any moment, also while a batch is being made; and once more when the copy is given up.
  copy.on("error", (error) => {
    lost ??= error;
  });
  const expectAlive = () => {
    if (lost) throw lost;
  };
  const columns = Object.values(COLUMNS);
  const routes = createRouteNumbers();
  const days = new Map<number, Date>();
  copy.write(COPY_HEAD);
  let staged = 0;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let inOrder = true;
  try {
    for await (const batch of batches) {
      if (batch.length === 0) continue;
      expectKept(batch, border);
      const events = toStorableText(batch);
      const { clientId, referralId } = await resolveShared(db, events);
      const rows = events.map((event): StagedEvent => {
        const at = event.at.getTime();
        inOrder &&= at >= last;
        first = Math.min(first, at);
        last = Math.max(last, at);
        staged += 1;
        days.set(Math.floor(at / DAY_MS), event.at);
        const { number, pattern } = routes.numberOf(event.route);
        return { event, ord: staged, route: number, pattern, clientId: clientId(event.client), referralId: referralId(event.referral) };
      });
      expectAlive();
      if (!copy.write(copyRows(rows, columns, "piece"))) await once(copy, "drain");
      onProgress(staged);
    }
  } catch (error) {
    copy.destroy();
    throw error;
  }
  expectAlive();
  copy.end();
  await once(copy, "finish");
  // Only now: of a file that was refused on its last line nothing stays behind.
  await ensurePartitions(db, [...days.values()]);
  await nameRoutes(db, connection, site.id, routes);
  return { staged, inOrder, first: new Date(first), last: new Date(last) };
}

/** Of a day whose events were forgotten the numbers can no longer be counted anew. */
function expectKept(events: readonly NewEvent[], border: { date: string; at: Date } | null): void {
  const tooOld = border && events.find(({ at }) => at < border.at);
  if (!tooOld) return;
  throw new AppError("invalid", `${tooOld.at.toISOString()} is too early: the events of this site before ${border.date} were forgotten.`, {
    field: "at",
  });
}
