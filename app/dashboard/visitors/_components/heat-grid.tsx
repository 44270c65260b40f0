import { formatCount } from "@/lib/metrics/format-value";
import { dateLabel } from "@/lib/metrics/time-labels";
import type { HourCell } from "@/lib/store/read-visitors";
import classes from "./visitors.module.css";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/** More days than these are shown by the day of the week. */
const DAYS_SHOWN = 14;

interface Row {
  label: string;
  views: number[];
}

/** Page views by hour: a row a day, or of many days a row a day of the week. The hours are those of the site's local day, from its start. */
export function HeatGrid({ cells }: { cells: HourCell[] }) {
  const rows = rowsOf(cells);
  const hours = Math.max(24, ...cells.map(({ hour }) => hour + 1));
  const most = Math.max(1, ...rows.flatMap(({ views }) => views));
  if (rows.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={classes.heatFrame} tabIndex={0} aria-label="Accesses by hour">
      <table className={classes.heat}>
        <caption>Accesses by hour of the day</caption>
        <thead>
          <tr>
            <td />
            {Array.from({ length: hours }, (_, hour) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its number
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, views }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {Array.from({ length: hours }, (_, hour) => {
                const value = views[hour] ?? 0;
                return (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its number
                    key={hour}
                    title={`${label}, hour ${hour}: ${formatCount(value)}`}
                    style={{ "--heat": (value / most).toFixed(2) } as React.CSSProperties}
                  >
                    {value > 0 ? formatCount(value) : ""}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function rowsOf(cells: HourCell[]): Row[] {
  const dates = [...new Set(cells.map(({ date }) => date))];
  const byWeekday = dates.length > DAYS_SHOWN;
  const labelOf = (date: string) =>
    byWeekday ? (WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] as string) : dateLabel(date, { year: false });
  const rows = new Map<string, number[]>((byWeekday ? WEEKDAYS : []).map((label) => [label, []]));
  for (const { date, hour, views } of cells) {
    const row = rows.get(labelOf(date)) ?? [];
    row[hour] = (row[hour] ?? 0) + views;
    rows.set(labelOf(date), row);
  }
  return [...rows].map(([label, views]) => ({ label, views: Array.from(views, (value) => value ?? 0) }));
}
