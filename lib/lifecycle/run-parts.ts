import { log } from "../observe/log";
import type { ServerPart } from "./part";

export type RunningParts = {
  /**
   * Stops every part that started, in reverse, those that outlive requests after `drained`. A part that fails or hangs does not
   * keep the others from stopping.
   */
  stop(drained?: Promise<void>): Promise<void>;
};

type Report = (message: string, error: unknown) => void;

/** Starts the parts in order. A part that cannot start is reported and left out: the site must be served even so. */
export async function runParts(parts: ServerPart[], options: { stopTimeoutMs?: number; report?: Report } = {}): Promise<RunningParts> {
  const { stopTimeoutMs = 2_500, report = (message, error) => log().error({ err: error }, message) } = options;
  const started: ServerPart[] = [];
  for (const part of parts) {
    try {
      await part.start();
      started.unshift(part);
    } catch (error) {
      report(`${part.name} did not start`, error);
    }
  }
  const stopOne = (part: ServerPart) =>
    within(stopTimeoutMs, async () => part.stop()).catch((error) => report(`${part.name} did not stop cleanly`, error));
  const stopAll = async (drained?: Promise<void>) => {
    for (const part of started) if (!part.outlivesRequests) await stopOne(part);
    await drained;
    for (const part of started) if (part.outlivesRequests) await stopOne(part);
  };
  let stopping: Promise<void> | undefined;
  return {
    stop(drained) {
      stopping ??= stopAll(drained);
      return stopping;
    },
  };
}

async function within(ms: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
