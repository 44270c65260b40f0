import { Alert } from "@mantine/core";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { db } from "@/lib/db/client";
import { FEED_LENGTH } from "@/lib/live/live";
import { readLatestEvents } from "@/lib/store/read-events";

import { readSnapshot } from "@/lib/store/read-snapshot";
import { openDashboard } from "./_access/open-dashboard";
import { openSite } from "./_access/open-site";
import { LiveBoard } from "./_live/live-board";
import { feedKey, snapshotKey } from "./_live/snapshot-keys";
import { dashboardHref } from "./_query/dashboard-href";
import { readSearch, type Search } from "./_query/read-search";

export const metadata: Metadata = { title: "Live" };

/** The live page. Its first snapshot is rendered here, so it is there before, and without, any script. */
export default async function LivePage({ searchParams }: { searchParams: Promise<Search> }) {
  const { query, problem } = readSearch(await searchParams);
  await openDashboard(dashboardHref("/dashboard", query));
  const client = new QueryClient();
  const site = await openSite(query.site);
  const [snapshot, feed] = await Promise.all([readSnapshot(db(), query, new Date()), readLatestEvents(db(), site.id, FEED_LENGTH)]);
  client.setQueryData(snapshotKey(query), snapshot);
  client.setQueryData(feedKey(query.site), feed);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      {problem && (
        <Alert color="clay" mb="md" title="That address was not quite right">
          {problem}. You see what could be read of it.
        </Alert>
      )}
      <LiveBoard query={query} />
    </HydrationBoundary>
  );
}
