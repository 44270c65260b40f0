"use server";

import { revalidatePath } from "next/cache";
import { cookies, headers } from "next/headers";
import { z } from "zod";
import { type FormState, refusal, textFields } from "@/app/(site)/_components/form-state";
import { AppError } from "@/lib/app-error";
import { requireRole } from "@/lib/auth/require-role";
import { refreshSite } from "@/lib/capture/find-site";
import { makeVisitorId, parseVisitorId, VISITOR_COOKIE, visitorCookieOptions } from "@/lib/capture/visitor-cookie";
import { db } from "@/lib/db/client";
import { beginAction } from "@/lib/http/begin-action";
import { type AuditAction, recordAudit } from "@/lib/store/audit";
import { findMarks, markOwnTraffic, unmarkOwnTraffic } from "@/lib/store/own-traffic";
import { readSite, type Site } from "@/lib/store/read-site";

const Mark = z.object({ site: z.string().max(63), who: z.string().max(40) });
const Unmark = z.object({
  site: z.string().max(63),
  mark: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});
const Me = z.object({ site: z.string().max(63) });

/** Marks somebody of a list as own traffic: from now on not counted. */
export async function markOwn(previous: FormState, form: FormData): Promise<FormState> {
  await beginAction(previous, form);
  return change(previous, form, Mark, "traffic.own", async (site, { who }) => {
    const marks = await findMarks(db(), site.id, who);
    await markOwnTraffic(db(), site.id, marks);
    return { who, marks: marks.length };
  });
}

/** Marks the browser that asks. One without a cookie of ours gets one, so that it can be known again. */
export async function markMe(previous: FormState, form: FormData): Promise<FormState> {
  await beginAction(previous, form);
  return change(previous, form, Me, "traffic.own", async (site, _, name) => {
    const jar = await cookies();
    const known = parseVisitorId(jar.get(VISITOR_COOKIE)?.value);
    const key = known ?? makeVisitorId();
    await markOwnTraffic(db(), site.id, [{ kind: "visitor", key, label: `A browser of ${name}` }]);
    if (!known)
      jar.set(VISITOR_COOKIE, key, visitorCookieOptions((await headers()).get("x-forwarded-proto")?.startsWith("https") ?? false));
    return { who: "own browser" };
  });
}

/** Takes a mark away: from now on counted again. */
export async function unmarkOwn(previous: FormState, form: FormData): Promise<FormState> {
  await beginAction(previous, form);
  return change(previous, form, Unmark, "traffic.count-again", async (site, { mark }) => {
    await unmarkOwnTraffic(db(), site.id, mark);
    return { mark };
  });
}

/** What all of them have in common: who may, what was sent, the record of it, and that it holds here at once. */
async function change<Schema extends z.ZodType<{ site: string }>>(
  previous: FormState,
  form: FormData,
  schema: Schema,
  action: AuditAction,
  act: (site: Site, input: z.infer<Schema>, name: string) => Promise<Record<string, string | number>>,
): Promise<FormState> {
  try {
    const { email, name } = await requireRole("admin");
    const input = schema.safeParse(textFields(form, ["site", "who", "mark"]));
    if (!input.success) return refusal(previous, {}, { message: "This form is not whole. Please load the page again." });
    const site = await readSite(db(), input.data.site);
    const details = await act(site, input.data, name);
    await recordAudit(db(), { actor: email, action, siteId: site.id, details });
    await refreshSite(site.slug);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return refusal(previous, {}, { message: error.message });
  }
  revalidatePath("/dashboard", "layout");
  return { attempt: 0, message: "From now on.", errors: {}, values: {} };
}
