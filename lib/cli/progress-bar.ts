import { Presets, SingleBar } from "cli-progress";

export interface ProgressBar {
  /** `words` fill the other places of the format. */
  update(done: number, total: number, words?: Record<string, string>): void;
  stop(): void;
}

/** A bar on stderr; where that is no terminal, nothing at all, so that logs stay clean. `format` is cli-progress's. */
export function startProgressBar(format: string): ProgressBar {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, fps: 8, etaBuffer: 50 }, Presets.shades_classic);
  let started = false;
  return {
    update(done, total, words) {
      if (!started) bar.start(total, done, words);
      else bar.update(done, words);
      started = true;
    },
    stop: () => bar.stop(),
  };
}
