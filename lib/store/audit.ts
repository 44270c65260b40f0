import type { Client } from "pg";
import type { Db } from "../db/client";

/** What is written down when an owner or an admin does it, in the dashboard or on the command line. */
export type AuditAction =
  | "settings.change"
  | "traffic.rules"
  | "traffic.own"
  | "traffic.count-again"
  | "pipeline.start"
  | "pipeline.cancel"
  | "person.export"
  | "person.erase"
  | "retention.apply"
  | "password.change";

export interface AuditEntry {
  at: Date;
  /** The account's e-mail, or `command line`. */
  actor: string;
  action: string;
  /** Never the data of the person it was about. */
  details: Record<string, unknown>;
}

/** What is to be written down. */
export interface Deed {
  actor: string;
  action: AuditAction;
  siteId?: number;
  details?: Record<string, string | number | boolean | null>;
}

/** Writes down what somebody did. */
export async function recordAudit(db: Db, { actor, action, siteId, details = {} }: Deed): Promise<void> {
  await db.auditEntry.create({ data: { actor, action, siteId: siteId ?? null, details } });
}

const INSERT = "INSERT INTO audit_entry (actor, action, site_id, details) VALUES ($1, $2, $3, $4::jsonb)";

/** The same within a transaction: it stands there exactly if that was done. */
export async function recordAuditWithin(connection: Client, { actor, action, siteId, details = {} }: Deed): Promise<void> {
  await connection.query(INSERT, [actor, action, siteId ?? null, JSON.stringify(details)]);
}

/** The latest entries, newest first. */
export async function readAudit(db: Db, limit: number): Promise<AuditEntry[]> {
  const rows = await db.auditEntry.findMany({ orderBy: { id: "desc" }, take: limit });
  return rows.map(({ at, actor, action, details }) => ({ at, actor, action, details: details as Record<string, unknown> }));
}
