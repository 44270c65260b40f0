import classes from "./metric-tile.module.css";

const WIDTH = 100;
const HEIGHT = 28;
/** A bucket that stands alone is a dash, long enough to be seen. */
const LONE = 3;

interface Point {
  x: number;
  y: number;
}

/** Cuts a series into the runs that have values, as points of the drawing. */
function runsOf(values: readonly (number | null)[]): Point[][] {
  const top = Math.max(...values.map((value) => value ?? 0)) || 1;
  const step = WIDTH / Math.max(values.length - 1, 1);
  const runs: Point[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push({ x: index * step, y: HEIGHT - 1 - (value / top) * (HEIGHT - 3) });
  });
  return runs.filter((run) => run.length > 0);
}

const at = ({ x, y }: Point) => `${x.toFixed(2)} ${y.toFixed(2)}`;

/** The shape of a series; the chart below says the same with axes, so readers of the page are not told twice. */
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  return (
    <svg className={classes.curve} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <line className={classes.curveBase} x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {runsOf(values).map((run) => {
        const first = run[0] as Point;
        const last = run.at(-1) as Point;
        const line = run.length === 1 ? `M${at(first)} h${first.x > WIDTH / 2 ? -LONE : LONE}` : `M${run.map(at).join(" L")}`;
        return (
          <g key={first.x}>
            <path className={classes.curveArea} d={`${line} L${last.x.toFixed(2)} ${HEIGHT} L${first.x.toFixed(2)} ${HEIGHT} Z`} />
            <path className={classes.curveLine} d={line} />
          </g>
        );
      })}
    </svg>
  );
}
