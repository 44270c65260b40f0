"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { env } from "@/lib/env";
import { beginAction } from "@/lib/http/begin-action";
import { SnapshotQuery } from "@/lib/metrics/snapshot";
import { cancelRun, startBackfill } from "@/lib/pipeline/start-runs";
import { recordAudit } from "@/lib/store/audit";
import { readSite } from "@/lib/store/read-site";

/** What came of a button: a sentence for a person. */
export interface ActionState {
  message: string | null;
  failed: boolean;
}

const isoDate = z.iso.date({ error: "must be a date such as 2026-11-21" });
const RunForm = z.object({ site: SnapshotQuery.shape.site, from: isoDate, to: isoDate });
const CancelForm = z.object({ run: z.string().regex(/^\d{1,18}$/, "must be the number of a run") });

/** Runs the days of a range; one day is a range too. */
export async function startRuns(previous: ActionState, form: FormData): Promise<ActionState> {
  await beginAction(previous, form);
  return answer(async () => {
    const { name, email } = await requireRole("admin");
    const { site: slug, from, to } = parseForm(RunForm, form);
    const site = await readSite(db(), slug);
    const runs = await startBackfill(env().DATABASE_URL as string, { site, from, to, startedBy: name });
    await recordAudit(db(), { actor: email, action: "pipeline.start", siteId: site.id, details: { from, to } });
    const joined = runs.filter(({ created }) => !created).length;
    const days = runs.length === 1 ? `${from} is` : `${runs.length} days are`;
    return `${days} queued${joined > 0 ? `; ${joined} of them already under way` : ""}.`;
  });
}

/** Cancels a run that is queued or running. */
export async function cancel(previous: ActionState, form: FormData): Promise<ActionState> {
  await beginAction(previous, form);
  return answer(async () => {
    const { name, email } = await requireRole("admin");
    const { run } = parseForm(CancelForm, form);
    await cancelRun(db(), env().DATABASE_URL as string, run, name);
    await recordAudit(db(), { actor: email, action: "pipeline.cancel", details: { run } });
    return "The run is cancelled.";
  });
}

function parseForm<Schema extends z.ZodType>(schema: Schema, form: FormData): z.infer<Schema> {
  const parsed = schema.safeParse(form instanceof FormData ? Object.fromEntries(form) : {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError("invalid", `${String(issue?.path[0])}: ${issue?.message}`, { field: String(issue?.path[0]) });
}

async function answer(act: () => Promise<string>): Promise<ActionState> {
  try {
    const message = await act();
    revalidatePath("/dashboard/pipeline");
    return { message, failed: false };
  } catch (error) {
    if (error instanceof AppError) return { message: error.message, failed: true };
    throw error;
  }
}
