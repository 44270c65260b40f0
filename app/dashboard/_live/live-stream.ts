import type { Snapshot } from "@/lib/metrics/snapshot";
import type { FeedEvent } from "@/lib/store/read-events";

/** Nothing for this long, though heartbeats come every 15 s: the connection is dead, whatever the browser thinks. */
const SILENCE_MS = 40_000;
/** No first answer within this time: the stream is held back somewhere, so the numbers are polled meanwhile. */
const GRACE_MS = 4_000;
const RETRY_FROM_MS = 2_000;
const RETRY_TO_MS = 30_000;

export type StreamState = "connecting" | "live" | "polling" | "trouble" | "paused";

/**
 * Keeps one stream open until the answer is called: connecting → live ⇄ trouble; → polling when nothing comes, tried again with backoff.
 * Every (re)connection begins with the present snapshot, so nothing is missed.
 * A tab that nobody sees is `paused` and holds no stream: a browser opens few connections to a host, and a handful of open dashboards would take all.
 */
export function openLiveStream(
  url: string,
  on: { onSnapshot(data: Snapshot): void; onFeed(data: FeedEvent[]): void; onState(state: StreamState): void },
): () => void {
  let source: EventSource | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let failing = false;

  const watch = (ms: number) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(reopen, ms);
  };

  function close(): void {
    source?.close();
    source = undefined;
    clearTimeout(watchdog);
    clearTimeout(retry);
  }

  function reopen(): void {
    close();
    on.onState("polling");
    retry = setTimeout(open, Math.min(RETRY_FROM_MS * 2 ** failures++, RETRY_TO_MS));
  }

  function open(): void {
    const own = new EventSource(url);
    source = own;
    failing = true;
    watch(GRACE_MS);
    const hear = (name: string, take: (data: never) => void) =>
      own.addEventListener(name, (event) => {
        if (own !== source) return;
        failing = false;
        watch(SILENCE_MS);
        take(JSON.parse((event as MessageEvent<string>).data) as never);
      });
    hear("snapshot", (data: Snapshot) => {
      failures = 0;
      on.onState("live");
      on.onSnapshot(data);
    });
    hear("feed", on.onFeed);
    hear("trouble", () => on.onState("trouble"));
    hear("beat", () => {});
    own.addEventListener("error", () => {
      if (own !== source) return;
      // The browser connects again by itself, unless the answer was a refusal; but it is not given more time for failing again.
      if (own.readyState === EventSource.CLOSED) reopen();
      else if (!failing) {
        failing = true;
        watch(GRACE_MS);
      }
    });
  }

  function followTab(): void {
    close();
    failures = 0;
    on.onState(document.hidden ? "paused" : "connecting");
    if (!document.hidden) open();
  }

  followTab();
  document.addEventListener("visibilitychange", followTab);
  return () => {
    document.removeEventListener("visibilitychange", followTab);
    close();
  };
}
