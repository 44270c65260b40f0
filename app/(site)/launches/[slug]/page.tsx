import type { Metadata } from "next";
import Link from "next/link";
import { cache } from "react";
import { db } from "@/lib/db/client";
import { pageNotFound } from "@/lib/http/page-not-found";
import { readLaunch, readUpcomingLaunches } from "@/lib/store/launches";
import { PageHead } from "../../_components/page-head";
import { Countdown } from "../_components/countdown";
import { launchTime } from "../_components/launch-time";
import { ListAge } from "../_components/list-age";
import classes from "../launches.module.css";

interface Props {
  params: Promise<{ slug: string }>;
}

const launchOf = cache(async (slug: string) => readLaunch(db(), slug));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await launchOf((await params).slug))?.name ?? "Launch" };
}

export default async function LaunchPage({ params }: Props) {
  const launch = await launchOf((await params).slug);
  if (!launch) return pageNotFound();
  const now = new Date();
  const { checkedAt } = await readUpcomingLaunches(db(), now, 1);
  const facts: [string, string | null][] = [
    ["Status", launch.status],
    ["No earlier than", launchTime(launch)],
    ["Provider", launch.provider],
    ["Rocket", launch.rocket],
    ["Mission", launch.mission],
    ["Orbit", launch.orbit],
    ["Pad", launch.pad],
    ["Place", launch.location ?? launch.country],
  ];
  return (
    <>
      <PageHead title={launch.name}>{launch.statusText ?? launch.status}</PageHead>
      <p>
        <Countdown at={launch.net.toISOString()} now={now.getTime()} className={classes.big} />
      </p>
      <dl className={classes.facts}>
        {facts.map(
          ([label, value]) =>
            value && (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {launch.missionText && <p className={classes.mission}>{launch.missionText}</p>}
      {checkedAt && <ListAge checkedAt={checkedAt} now={now} />}
      <p>
        <Link href="/launches">All launches</Link>
      </p>
    </>
  );
}
