import type { Measurement } from "../measurement";
import { mixedRequests, runLoad } from "../support/load";
import { openProduct } from "../support/servers";
import { readHeldMemory, readRestingMemory } from "../support/wait";

const CONNECTIONS = 32;

/** A server that has nothing to do, and what it keeps of a long day. */
export const memory: Measurement = {
  name: "memory",
  quick: false,
  figures: [
    { key: "idleMb", title: "Resident memory of the server, idle after its start", unit: "MB", budget: { atMost: 220 } },
    {
      key: "soakGrowthMb",
      title: "Its growth over 1M requests, after warm-up: pages, their scripts, the beacon",
      unit: "MB",
      budget: { atMost: 30 },
    },
  ],
  async measure(bench) {
    const server = await openProduct(bench, "memory");
    const seconds = bench.quick ? 1 : 10;
    const idle = await readRestingMemory(server.pid, seconds);
    const hold = () => readHeldMemory(server.pid, seconds);
    const requests = await mixedRequests(server.url);
    const soak = (amount: number) => runLoad({ url: server.url, connections: CONNECTIONS, amount, requests });
    await soak(Math.max(CONNECTIONS, Math.round(bench.soakRequests / 5)));
    const warm = await hold();
    await soak(bench.soakRequests);
    const after = await hold();
    const note = `over ${bench.soakRequests.toLocaleString("en-US")} requests, ${Math.round(warm)} → ${Math.round(after)} MB`;
    return { idleMb: { value: idle }, soakGrowthMb: { value: after - warm, note } };
  },
};
