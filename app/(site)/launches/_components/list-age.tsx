import { ago } from "@/lib/metrics/time-labels";
import classes from "../launches.module.css";

const OLD_MS = 36 * 3_600_000;

/** How old the list is; an old one says so, for launches move. */
export function ListAge({ checkedAt, now }: { checkedAt: Date; now: Date }) {
  const age = now.getTime() - checkedAt.getTime();
  return (
    <p className={classes.age} data-old={age > OLD_MS || undefined}>
      As of <time dateTime={checkedAt.toISOString()}>{checkedAt.toISOString().slice(0, 16).replace("T", " ")} UTC</time> ({ago(age)}).{" "}
      {age > OLD_MS && "The source could not be reached since; dates may have moved. "}
      Source: Launch Library 2, The Space Devs.
    </p>
  );
}
