import { db } from "../db/client";
import type { ServerPart } from "../lifecycle/part";
import { log } from "../observe/log";
import { readSite } from "../store/read-site";
import { applyRetention } from "./apply-retention";

const HOUR_MS = 60 * 60 * 1000;

let timer: NodeJS.Timeout | null = null;

/** Looks once an hour whether a site has anything older than it keeps. Of several servers one removes it; the others find nothing. */
export const retentionPart: ServerPart = {
  name: "retention",
  start() {
    timer ??= setInterval(() => void retainAll().catch((error) => log().error({ err: error }, "retention failed")), HOUR_MS).unref();
  },
  stop() {
    if (timer) clearInterval(timer);
    timer = null;
  },
};

async function retainAll(): Promise<void> {
  for (const { slug } of await db().site.findMany({ select: { slug: true } })) {
    const site = await readSite(db(), slug);
    await applyRetention(db(), site, site.settings, new Date(), "retention");
  }
}
