import { formatCount, formatPercent } from "@/lib/metrics/format-value";
import classes from "./metric-tile.module.css";
import { seriesVariable } from "./series-colours";

const NAMED = 2;

/** The parts of a whole as one bar, the largest named. */
export function ShareBar({ shares }: { shares: readonly { name: string; value: number }[] }) {
  const total = shares.reduce((sum, { value }) => sum + value, 0);
  const parts = shares.map((share, index) => ({ ...share, colour: seriesVariable(index) }));
  const named = parts.length <= NAMED + 1 ? parts : parts.slice(0, NAMED);
  return (
    <div className={classes.shares}>
      <div className={classes.bar} aria-hidden="true">
        {parts.map(({ name, value, colour }) => value > 0 && <span key={name} style={{ flexGrow: value, background: colour }} />)}
      </div>
      <ul className={classes.legend}>
        {named.map(({ name, value, colour }) => (
          <li key={name} title={`${name}: ${formatCount(value)}${total ? `, ${formatPercent(value / total)}` : ""}`}>
            <span className={classes.swatch} style={{ background: colour }} />
            <b>{formatCount(value)}</b> {name}
          </li>
        ))}
      </ul>
    </div>
  );
}
