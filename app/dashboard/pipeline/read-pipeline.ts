import { db } from "@/lib/db/client";
import { openDataFolder } from "@/lib/db/embedded/data-folder";
import { type FileList, listFiles } from "@/lib/pipeline/list-files";
import { siteFiles } from "@/lib/pipeline/site-files";
import { type RunView, readRuns } from "@/lib/store/read-runs";
import { readSite } from "@/lib/store/read-site";

const RUNS_SHOWN = 60;

/** Everything the pipeline page shows of a site. */
export interface PipelineView {
  site: string;
  timezone: string;
  runs: RunView[];
  files: FileList;
}

/** The latest run of each of the newest days, with their files. Throws `not-found` without such a site. */
export async function readPipeline(slug: string): Promise<PipelineView> {
  const site = await readSite(db(), slug);
  const runs = await readRuns(db(), site.id, { limit: RUNS_SHOWN });
  const files = await listFiles(
    siteFiles(openDataFolder(), site.slug),
    runs.map(({ date }) => date),
  );
  return { site: site.slug, timezone: site.timezone, runs, files };
}
