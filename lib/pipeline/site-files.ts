import path from "node:path";

/** Where a site's files lie. Dates are ISO; every path is below `root`. */
export interface SiteFiles {
  root: string;
  /** The day's events as Parquet: the archive other tools read. */
  events(date: string): string;
  /** The day's figures by address and page. */
  daily(date: string): string;
  /** The figures of a range of days. */
  aggregate: string;
  /** A run's own folder for what passes between its steps; gone when the run ends. */
  work(runId: string): string;
}

/** The files of a site under `<data folder>/files/<slug>/`. A slug has no character that could leave the folder. */
export function siteFiles(dataFolder: string, slug: string): SiteFiles {
  const root = path.join(path.resolve(dataFolder), "files", slug);
  return {
    root,
    events: (date) => path.join(root, "events", `date=${date}.parquet`),
    daily: (date) => path.join(root, "daily", `${date}.csv`),
    aggregate: path.join(root, "agg_data.csv"),
    work: (runId) => path.join(root, ".work", runId),
  };
}
