import { z } from "zod";
import type { Launch } from "../../store/launches";

// Whatever is only shown may change or be missing; what a launch is known by may not.
const shownText = z.string().trim().min(1).max(4000).nullish().catch(null);
const named = z.object({ name: shownText }).nullish().catch(null);
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const shownInstant = instant.nullish().catch(null);

const SourceLaunch = z.object({
  id: z.string().min(1).max(100),
  slug: z.string().max(300).nullish().catch(null),
  name: z.string().min(1).max(500),
  net: instant,
  net_precision: named,
  window_start: shownInstant,
  window_end: shownInstant,
  last_updated: shownInstant,
  status: z.object({ name: z.string().min(1).max(200), description: shownText }),
  launch_service_provider: named,
  rocket: z
    .object({ configuration: z.object({ full_name: shownText, name: shownText }).nullish().catch(null) })
    .nullish()
    .catch(null),
  mission: z.object({ name: shownText, description: shownText, orbit: named }).nullish().catch(null),
  pad: z.object({ name: shownText, location: named, country: named }).nullish().catch(null),
});

/** The answer of Launch Library 2 (`/2.3.0/launches/upcoming/`), as far as it is used. */
const SourceAnswer = z.object({ results: z.array(SourceLaunch).max(1000) });

const slugOf = (text: string) =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

/**
 * Launches from the source's answer, each once, each with a slug of its own. Throws an Error that names the first field without which a
 * launch means nothing.
 */
export function parseLaunches(answer: unknown): Launch[] {
  const parsed = SourceAnswer.safeParse(answer);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`the answer has another shape: ${issue?.path.join(".") || "answer"}: ${issue?.message}`);
  }
  const byId = new Map(parsed.data.results.map((launch) => [launch.id, launch]));
  const taken = new Set<string>();
  return [...byId.values()].map((launch) => {
    const wanted = slugOf(launch.slug || launch.name) || "launch";
    const slug = taken.has(wanted) ? `${wanted}-${slugOf(launch.id)}` : wanted;
    taken.add(slug);
    return {
      id: launch.id,
      slug,
      name: launch.name,
      net: launch.net,
      netPrecision: launch.net_precision?.name ?? null,
      windowStart: launch.window_start ?? null,
      windowEnd: launch.window_end ?? null,
      status: launch.status.name,
      statusText: launch.status.description ?? null,
      provider: launch.launch_service_provider?.name ?? null,
      rocket: launch.rocket?.configuration?.full_name ?? launch.rocket?.configuration?.name ?? null,
      mission: launch.mission?.name ?? null,
      missionText: launch.mission?.description ?? null,
      orbit: launch.mission?.orbit?.name ?? null,
      pad: launch.pad?.name ?? null,
      location: launch.pad?.location?.name ?? null,
      country: launch.pad?.country?.name ?? null,
      updatedAt: launch.last_updated ?? null,
    };
  });
}
