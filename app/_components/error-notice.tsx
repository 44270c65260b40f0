"use client";

import { Button } from "@mantine/core";
import classes from "./notice.module.css";

/** Says that a page failed, and by which name the log knows it. */
export function ErrorNotice({ digest, retry }: { digest?: string; retry: () => void }) {
  return (
    <section className={classes.notice}>
      <p className={classes.code}>500</p>
      <h1>Something went wrong here.</h1>
      <p>It is not your fault, and it has been logged{digest ? ` as ${digest}` : ""}.</p>
      <Button onClick={retry} size="md">
        Try again
      </Button>
    </section>
  );
}
