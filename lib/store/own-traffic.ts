import { AppError } from "../app-error";
import type { Db } from "../db/client";

/** A browser or an account that a site's owner does not want counted. */
export interface OwnMark {
  id: number;
  kind: "visitor" | "user";
  key: string;
  label: string;
  markedAt: Date;
}

type NewMark = Pick<OwnMark, "kind" | "key" | "label">;

/** Marks a site may have: every server keeps them in memory. */
export const MOST_MARKS = 1_000;

/** Everything of a site that is marked as own traffic, the latest first. */
export async function readOwnTraffic(db: Db, siteId: number): Promise<OwnMark[]> {
  const rows = await db.ownTraffic.findMany({ where: { siteId }, orderBy: { id: "desc" }, take: MOST_MARKS });
  return rows.map(({ id, kind, key, label, markedAt }) => ({ id, kind: kind as OwnMark["kind"], key, label, markedAt }));
}

/** Marks browsers and accounts; what is marked already stays as it is. Throws AppError `conflict` past the most there may be. */
export async function markOwnTraffic(db: Db, siteId: number, marks: readonly NewMark[]): Promise<void> {
  const known = await db.ownTraffic.count({ where: { siteId } });
  if (known + marks.length > MOST_MARKS) {
    throw new AppError("conflict", `There are ${known} marks of own traffic already, of at most ${MOST_MARKS}. Count some again first.`);
  }
  await db.ownTraffic.createMany({ data: marks.map((mark) => ({ siteId, ...mark })), skipDuplicates: true });
}

/** Takes a mark away; one that is gone already is no error. */
export async function unmarkOwnTraffic(db: Db, siteId: number, id: number): Promise<void> {
  await db.ownTraffic.deleteMany({ where: { siteId, id } });
}

const WHO = /^(session|visitor|user):(\d{1,18})$/;

/**
 * What it means to mark somebody who stands in a list: of a visit (`session:3`) or a browser (`visitor:12`) that browser; of a known person
 * (`user:7`) the account and every browser known as theirs. Throws AppError `not-found`.
 */
export async function findMarks(db: Db, siteId: number, who: string): Promise<NewMark[]> {
  const [, kind, digits] = WHO.exec(who) ?? [];
  const marks = digits === undefined ? [] : await readMarks(db, siteId, kind as "session" | "visitor" | "user", BigInt(digits));
  if (marks.length === 0) throw new AppError("not-found", "There is nobody by that number any more.");
  return marks;
}

async function readMarks(db: Db, siteId: number, kind: "session" | "visitor" | "user", id: bigint): Promise<NewMark[]> {
  if (kind === "session") {
    const session = await db.session.findUnique({ where: { siteId_id: { siteId, id } }, select: { visitorId: true } });
    return session ? readMarks(db, siteId, "visitor", session.visitorId) : [];
  }
  const user = kind === "user" ? await db.knownUser.findFirst({ where: { id, siteId } }) : null;
  const where = kind === "user" ? { siteId, knownUserId: id } : { siteId, id };
  const visitors = await db.visitor.findMany({ where, orderBy: { id: "desc" }, take: MOST_MARKS });
  const browsers = visitors.map((visitor) => ({ kind: "visitor" as const, key: visitor.key, label: `Visitor ${visitor.id}` }));
  return user ? [{ kind: "user", key: user.key, label: user.label }, ...browsers] : browsers;
}
