import type { MetricId } from "@/lib/metrics/catalogue";
import { formatCount } from "@/lib/metrics/format-value";

const counted = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`;

/** What the rows below a number are, said for each metric; `count` is how many there are. */
export const ROW_WORDS: Record<MetricId, (count: number) => string> = {
  users: (count) => `These are the ${counted(count, "person", "people")}, the busiest first.`,
  newUsers: (count) => `${counted(count, "person", "people")} registered.`,
  repeatVisitorRatio: (count) => `${counted(count, "person", "people")} signed in two times or more.`,
  actions: (count) => `These are the ${counted(count, "interaction", "interactions")}, the newest first.`,
  sessions: (count) => `These are the ${counted(count, "session", "sessions")}, the newest first.`,
  actionsPerSession: (count) => `It is the mean over ${counted(count, "session", "sessions")}.`,
  timePerSession: (count) => `It is the mean over ${counted(count, "session", "sessions")}.`,
  bounceRate: (count) => `${counted(count, "session was", "sessions were")} shorter than three seconds.`,
  conversionRate: (count) => `${counted(count, "session", "sessions")} converted.`,
  timeToConversion: (count) => `It is the mean over ${counted(count, "session", "sessions")} with a conversion.`,
  genderRatio: (count) => `These are ${counted(count, "person", "people")}, the busiest first.`,
  pageViews: (count) => `These are ${counted(count, "view", "views")}, the newest first.`,
};
