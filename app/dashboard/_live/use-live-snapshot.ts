"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Snapshot } from "@/lib/metrics/snapshot";
import type { FeedEvent } from "@/lib/store/read-events";
import { type DashboardQuery, queryParams } from "../_query/dashboard-href";
import { openLiveStream } from "./live-stream";
import { feedKey, snapshotKey } from "./snapshot-keys";
import { takeStreamed } from "./take-streamed";

/**
 * `live`: the stream brings every change. `polling`: it is blocked, so the numbers are asked for. `trouble`: the server says the database is away.
 * `paused`: nobody sees this tab, so it asks for nothing.
 */
export type Connection = "connecting" | "live" | "polling" | "trouble" | "paused" | "offline";

const POLL_MS = 5_000;

async function fetchJson<T>(url: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(url, { signal, headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

/** The snapshot and the feed of a query, kept fresh by the stream, or by polling the same answers while there is no stream. */
export function useLiveSnapshot(query: DashboardQuery) {
  const client = useQueryClient();
  const [stream, setStream] = useState<Connection>("connecting");
  const params = queryParams(query).toString();
  const polls = stream === "polling" || stream === "offline";
  const options = { enabled: polls, refetchInterval: polls ? POLL_MS : false } as const;

  const snapshot = useQuery<Snapshot>({
    ...options,
    queryKey: snapshotKey(query),
    queryFn: ({ signal }) => fetchJson(`/api/metrics?${params}`, signal),
  });
  const feed = useQuery<FeedEvent[]>({
    ...options,
    queryKey: feedKey(query.site),
    queryFn: ({ signal }) => fetchJson(`/api/metrics/feed?site=${encodeURIComponent(query.site)}`, signal),
  });

  const { site, period, lens, date } = query;
  useEffect(
    () =>
      openLiveStream(`/api/metrics/stream?${params}`, {
        onSnapshot: (data) => takeStreamed(client, snapshotKey({ site, period, lens, date }), data),
        onFeed: (data) => takeStreamed(client, feedKey(site), data),
        onState: setStream,
      }),
    [client, params, site, period, lens, date],
  );

  const connection: Connection = stream === "polling" && snapshot.isError ? "offline" : stream;
  return { snapshot: snapshot.data, feed: feed.data, connection };
}
