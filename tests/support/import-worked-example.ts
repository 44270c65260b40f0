import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importOldLog } from "../../lib/capture/old-logs/import-old-log";
import type { Db } from "../../lib/db/client";
import { bulkAppend } from "../../lib/store/bulk-append";
import { readSite } from "../../lib/store/read-site";
import { WORKED_EXAMPLE } from "./worked-example";

/** Imports the worked example, as a file, into a new site of that name: other tests share the server. */
export async function importWorkedExample(db: Db, slug: string): Promise<void> {
  await db.site.create({ data: { slug, name: "Worked example", timezone: "UTC" } });
  const site = await readSite(db, slug);
  const folder = await mkdtemp(join(tmpdir(), "footfall-example-"));
  const file = join(folder, "activity.csv");
  try {
    await writeFile(file, WORKED_EXAMPLE);
    await importOldLog(file, { site: slug, timezone: "UTC" }, (batches) => bulkAppend(db, site, batches, { equalIds: "equal rows" }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
