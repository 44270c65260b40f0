import type { Measurement } from "../measurement";
import { pageViews, runLoad } from "../support/load";
import { openProduct } from "../support/servers";
import { ownerCookie } from "../support/sign-in";
import { openStreams, type Streams } from "../support/streams";
import { readHeldMemory, waitUntil } from "../support/wait";

/** Many people watching at once: what one computation serves, and what one stream holds. */
export const viewers: Measurement = {
  name: "viewers",
  quick: false,
  figures: [
    {
      key: "viewersPerCompute",
      title: "Streams served by one computation, at 2,000 open streams",
      unit: "streams",
      budget: { atLeast: 2_000 },
    },
    { key: "streamKb", title: "Resident memory of the server a stream, at 5,000 streams", unit: "kB", budget: { atMost: 60 } },
  ],
  async measure(bench) {
    const server = await openProduct(bench, "viewers");
    const { name, value } = await ownerCookie(server);
    const open = (count: number) => openStreams(server.url, `${name}=${value}`, count);
    const change = () => runLoad({ url: server.url, connections: 1, amount: 20, requests: pageViews("/") });
    const watchers = bench.quick ? 50 : 2_000;
    const many = bench.quick ? 200 : 5_000;

    const first = await open(watchers);
    const served = await serveChanges(first, watchers, change);
    first.close();

    // What the first ones held has to be given back, or it is used again by the second ones and not counted.
    await readHeldMemory(server.pid, 1);
    const before = await readHeldMemory(server.pid, bench.quick ? 1 : 8);
    const second = await open(many);
    await serveChanges(second, many, change);
    const after = await readHeldMemory(server.pid, bench.quick ? 1 : 8);
    second.close();
    return {
      viewersPerCompute: { value: served.fewest, note: `${served.computations} computations while they watched` },
      streamKb: { value: ((after - before) * 1024) / many, note: `${Math.round(before)} → ${Math.round(after)} MB` },
    };
  },
};

/** Has the site change, waits until every stream has the news, and tells the fewest streams that any one computation since then reached. */
async function serveChanges(
  streams: Streams,
  count: number,
  change: () => Promise<unknown>,
): Promise<{ fewest: number; computations: number }> {
  if (streams.open !== count) throw new Error(`${streams.open} of ${count} streams are open`);
  streams.received.clear();
  await change();
  await waitUntil("a computation that every stream has", () => {
    const counts = [...streams.received.values()];
    return counts.length > 0 && counts.every((times) => times >= count);
  });
  return { fewest: Math.min(...streams.received.values()), computations: streams.received.size };
}
