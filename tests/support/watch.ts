import type { Permit } from "../../lib/auth/find-revoked";
import type { Hub } from "../../lib/live/hub";
import { webOutlet } from "../../lib/live/outlet";
import type { SnapshotQuery } from "../../lib/metrics/snapshot";

/** A stream of the hub's, as a route handler answers with it where it has no response of Node's. */
export async function watch(hub: Hub, query: SnapshotQuery, permit?: Permit): Promise<ReadableStream<Uint8Array>> {
  const { stream, open } = webOutlet();
  await hub.watch(query, open, permit);
  return stream;
}
