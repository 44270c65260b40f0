import { renderToBuffer } from "@react-pdf/renderer";
import type { Snapshot } from "@/lib/metrics/snapshot";
import { loadPaperFont } from "./paper-font";
import { paperWriter } from "./paper-text";
import { Report } from "./report";

/** The report of a snapshot as the bytes of a PDF. `name` is the site's. */
export async function renderReport(snapshot: Snapshot, name: string): Promise<Buffer> {
  const write = paperWriter(await loadPaperFont());
  return renderToBuffer(<Report snapshot={snapshot} name={name} write={write} />);
}
