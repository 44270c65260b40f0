import type { ServerPart } from "../lifecycle/part";
import { log } from "../observe/log";
import { db } from "./client";
import { keepPartitions } from "./keep-partitions";

let end: (() => void) | undefined;

/** Keeps the partitions of the coming months ahead of a server that runs for months. */
export const partitionPart: ServerPart = {
  name: "partitions",
  start: () => {
    end ??= keepPartitions(db(), (error) =>
      log().error({ err: error }, "the coming months' partitions could not be made; tried again tomorrow"),
    );
  },
  stop: () => {
    end?.();
    end = undefined;
  },
};
