import type { Metadata } from "next";
import { PageHead } from "../_components/page-head";
import classes from "./launches.module.css";

export const metadata: Metadata = { title: "Launches" };

export default function LaunchesPage() {
  return (
    <>
      <PageHead title="What flies next?">The coming rocket launches of the world.</PageHead>
      <p className={classes.empty}>No launches yet: the nightly pipeline fetches them, and it has not run on this site so far.</p>
    </>
  );
}
