import { IconDownload } from "@tabler/icons-react";
import { NOTHING } from "@/lib/metrics/format-value";
import classes from "./pipeline.module.css";

const size = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const MEGABYTE = 1024 * 1024;

const formatSize = (bytes: number) => (bytes < MEGABYTE ? `${size.format(bytes / 1024)} KB` : `${size.format(bytes / MEGABYTE)} MB`);

/** A file to save, with its size; a dash where there is none. */
export function FileLink({ label, query, bytes }: { label: string; query: Record<string, string>; bytes: number | null }) {
  if (bytes === null) return <span className={classes.noFile}>{NOTHING}</span>;
  return (
    <a href={`/dashboard/pipeline/files?${new URLSearchParams(query)}`} download className={classes.file}>
      <IconDownload size={14} stroke={1.8} aria-hidden />
      {label} <small>{formatSize(bytes)}</small>
    </a>
  );
}
