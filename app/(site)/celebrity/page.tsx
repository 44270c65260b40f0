import type { Metadata } from "next";
import { env } from "@/lib/env";
import { PageHead } from "../_components/page-head";
import classes from "./celebrity.module.css";
import { CelebrityForm } from "./celebrity-form";

export const metadata: Metadata = { title: "Celebrity" };

export default function CelebrityPage() {
  return (
    <>
      <PageHead title="Who is in the picture?">
        Send a photograph. The faces on it are found, and those that are known get their name.
      </PageHead>
      <CelebrityForm />
      <p className={classes.private}>
        {env().AWS_ACCESS_KEY_ID
          ? "The picture is passed on to Amazon Rekognition to be looked at. It is not kept here."
          : "The picture is looked at on this server, passed on to nobody, and not kept. Known are the people whose pictures are in this site's gallery."}
      </p>
    </>
  );
}
