const exact = new Set(["Second", "Minute"]);

/** When a launch is announced for, in UTC, no more exact than its source knows it. */
export function launchTime(launch: { net: Date; netPrecision: string | null }): string {
  const date = launch.net.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const time = launch.net.toISOString().slice(11, 16);
  if (launch.netPrecision === null || exact.has(launch.netPrecision)) return `${date}, ${time} UTC`;
  return `${date} (known to the ${launch.netPrecision.toLowerCase()})`;
}
