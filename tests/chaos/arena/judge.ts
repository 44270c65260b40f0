import { type Db, openDatabase } from "../../../lib/db/client";
import { readSite } from "../../../lib/store/read-site";
import { verify } from "../../../lib/store/verify";
import type { Known } from "./load";

/** What a scenario came to, as the table shows it. */
export type Verdict = {
  fault: string;
  sent: number;
  acknowledged: number;
  stored: number;
  duplicated: number;
  /** Pages whose answer reached a reader. */
  pages: number;
  pagesStored: number;
  /** Dropped, and counted as such by the servers. */
  dropped: number;
  /** Sent without any answer, so that nobody knows whether a server saw it. */
  unanswered: number;
  /** Acknowledged and not in the database: must be 0. */
  lost: number;
  /** Numbers that `verify` found wrong: must be 0. */
  different: number;
};

/** The pages that are stored of those visitors, who opened one each, and how many times each. */
export const findPages = (db: Db, visitors: ReadonlySet<string>) =>
  db.$queryRaw<{ key: string; times: bigint }[]>`
    SELECT visitor.key, count(*) AS times FROM visitor JOIN event ON event.visitor_id = visitor.id
    WHERE visitor.key = ANY(${[...visitors]}::text[]) GROUP BY visitor.key`;

/** Holds what the clients know against what the database has, and its numbers against its events. */
export async function judge(url: string, fault: string, known: Known, dropped: number): Promise<Verdict> {
  const db = openDatabase(url, { poolSize: 2 });
  try {
    const sent = await db.$queryRaw<{ id: string; times: bigint }[]>`
      SELECT id::text AS id, count(*) AS times FROM event WHERE id = ANY(${[...known.sent]}::uuid[]) GROUP BY id`;
    const pages = await findPages(db, known.pages);
    const stored = new Set(sent.map(({ id }) => id));
    const { different } = await verify(db, await readSite(db, "demo"));
    return {
      fault,
      sent: known.sent.size,
      acknowledged: known.acknowledged.size,
      stored: stored.size,
      duplicated: [...sent, ...pages].filter(({ times }) => times > 1n).length,
      pages: known.pages.size,
      pagesStored: pages.length,
      dropped,
      unanswered: known.unanswered,
      lost: [...known.acknowledged].filter((id) => !stored.has(id)).length,
      different,
    };
  } finally {
    await db.$disconnect();
  }
}

const COLUMNS = ["fault", "sent", "acknowledged", "stored", "duplicated", "pages", "pagesStored", "dropped", "lost", "different"] as const;
const TITLES: Record<(typeof COLUMNS)[number], string> = {
  fault: "fault",
  sent: "sent",
  acknowledged: "acknowledged",
  stored: "stored",
  duplicated: "stored twice",
  pages: "pages seen",
  pagesStored: "pages stored",
  dropped: "dropped and counted",
  lost: "acknowledged and lost",
  different: "wrong numbers",
};

/** The verdicts as a table in Markdown. */
export function printTable(verdicts: readonly Verdict[]): string {
  const row = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  const lines = verdicts.map((verdict) => row(COLUMNS.map((column) => verdict[column])));
  return [row(COLUMNS.map((column) => TITLES[column])), row(COLUMNS.map((_, index) => (index === 0 ? "---" : "--:"))), ...lines].join("\n");
}
