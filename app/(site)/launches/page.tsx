import type { Metadata } from "next";
import Link from "next/link";
import { connection } from "next/server";
import { db } from "@/lib/db/client";
import { readUpcomingLaunches } from "@/lib/store/launches";
import { PageHead } from "../_components/page-head";
import { Countdown } from "./_components/countdown";
import { launchTime } from "./_components/launch-time";
import { ListAge } from "./_components/list-age";
import classes from "./launches.module.css";

export const metadata: Metadata = { title: "Launches" };

const SHOWN = 60;

export default async function LaunchesPage() {
  await connection();
  const now = new Date();
  const { launches, checkedAt } = await readUpcomingLaunches(db(), now, SHOWN);
  return (
    <>
      <PageHead title="What flies next?">The coming rocket launches of the world.</PageHead>
      {launches.length === 0 || !checkedAt ? (
        <p className={classes.empty}>
          No launches are known yet: the nightly pipeline fetches them, and its source has not answered so far.
        </p>
      ) : (
        <>
          <ListAge checkedAt={checkedAt} now={now} />
          <ol className={classes.list}>
            {launches.map((launch) => (
              <li key={launch.id} className={classes.launch}>
                <div className={classes.what}>
                  <h2>
                    <Link href={`/launches/${launch.slug}`}>{launch.name}</Link>
                  </h2>
                  <p>{[launch.provider, launch.pad, launch.location].filter(Boolean).join(" · ")}</p>
                </div>
                <div className={classes.when}>
                  <Countdown at={launch.net.toISOString()} now={now.getTime()} className={classes.countdown} />
                  <span>{launchTime(launch)}</span>
                  <span className={classes.status}>{launch.status}</span>
                </div>
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}
