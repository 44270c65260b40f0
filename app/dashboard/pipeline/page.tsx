import type { Metadata } from "next";
import { lastDueDate } from "@/lib/pipeline/queue-due-days";
import { openDashboard } from "../_access/open-dashboard";
import { openSite } from "../_access/open-site";
import { PageHead } from "../_components/page-head";
import { dashboardHref } from "../_query/dashboard-href";
import { readSearch, type Search } from "../_query/read-search";
import { PipelineBoard } from "./_components/pipeline-board";
import { readPipeline } from "./read-pipeline";

export const metadata: Metadata = { title: "Pipeline" };

/** The nightly pipeline: its graph, its runs by day, and the buttons that start, repeat and cancel them. */
export default async function PipelinePage({ searchParams }: { searchParams: Promise<Search> }) {
  const { query } = readSearch(await searchParams);
  const viewer = await openDashboard(dashboardHref("/dashboard/pipeline", { ...query, date: undefined }));
  const view = await readPipeline((await openSite(query.site)).slug);
  return (
    <>
      <PageHead
        title="Pipeline"
        lead={`Each night, a little after one o’clock (${view.timezone}), the day before becomes daily statistics by address and page.`}
      />
      <PipelineBoard
        initial={view}
        mayRun={viewer.role === "admin" || viewer.role === "owner"}
        lastDate={lastDueDate(view.timezone, Date.now())}
      />
    </>
  );
}
