const formats = new Map<string, Intl.DateTimeFormat>();

/** Today's ISO date in a zone, without a calendar library, for the browser. `nowMs` is UTC milliseconds. */
export function todayIn(timezone: string, nowMs: number): string {
  const format =
    formats.get(timezone) ?? new Intl.DateTimeFormat("en-CA", { timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit" });
  formats.set(timezone, format);
  const part = (type: string) => format.formatToParts(nowMs).find((each) => each.type === type)?.value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}
