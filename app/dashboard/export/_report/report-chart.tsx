import { Circle, G, Line, Path, Rect, Svg, Text, View } from "@react-pdf/renderer";
import { axisScale } from "@/lib/metrics/axis-scale";
import { formatCount, formatPercent, formatTick } from "@/lib/metrics/format-value";
import type { ChartData } from "../../_live/charts-of";
import { PAPER_FONT } from "./paper-font";
import { LINE, SOFT, seriesColour, styles } from "./report-style";

const WIDTH = 238;
const HEIGHT = 104;
const LEFT = 32;
const BOTTOM = 12;
const PLOT = { width: WIDTH - LEFT - 2, height: HEIGHT - BOTTOM - 5, top: 5 };
const LABELS = 8;
const TINY = { fontSize: 6.5, fontFamily: PAPER_FONT };

interface Props {
  chart: ChartData;
  /** Writes text in what the fonts can draw. */
  write: (text: string) => string;
}

/** A chart of the dashboard, drawn for paper. */
export function ReportChart({ chart, write }: Props) {
  const total = chart.points.reduce((sum, { value }) => sum + (value ?? 0), 0);
  return (
    <View style={styles.chart} wrap={false}>
      <Text style={styles.chartTitle}>{write(chart.title)}</Text>
      <View style={styles.legend}>
        {chart.type === "doughnut" ? (
          chart.points.map(({ label, value }, index) => (
            <View key={label} style={styles.part}>
              <View style={[styles.swatch, { backgroundColor: seriesColour(index) }]} />
              <Text>{write(`${label} ${formatCount(value ?? 0)}${total ? ` (${formatPercent((value ?? 0) / total)})` : ""}`)}</Text>
            </View>
          ))
        ) : (
          <Text>{write(chart.unit)}</Text>
        )}
      </View>
      <Svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
        {drawing({ chart, write }, total)}
      </Svg>
    </View>
  );
}

function drawing({ chart, write }: Props, total: number) {
  if (chart.type === "doughnut") return <Doughnut values={chart.points.map(({ value }) => value ?? 0)} total={total} />;
  if (chart.type === "ranks") return <Ranks chart={chart} write={write} />;
  return <OverTime chart={chart} write={write} />;
}

function OverTime({ chart, write }: Props) {
  const { points, format, type } = chart;
  const scale = axisScale(format, Math.max(0, ...points.map(({ value }) => value ?? 0)));
  const slot = PLOT.width / Math.max(points.length, 1);
  const y = (value: number) => PLOT.top + PLOT.height * (1 - value / scale.max);
  const places = points.map((point, index) => ({ ...point, x: LEFT + slot * (index + 0.5), before: points[index - 1]?.value ?? null }));
  const every = Math.max(1, Math.ceil(points.length / LABELS));
  return (
    <G>
      {scale.ticks.map((tick) => (
        <G key={tick}>
          <Line x1={LEFT} x2={WIDTH - 2} y1={y(tick)} y2={y(tick)} strokeWidth={0.5} stroke={LINE} />
          <Text x={LEFT - 3} y={y(tick) + 2} style={TINY} fill={SOFT} textAnchor="end">
            {write(formatTick(format, tick))}
          </Text>
        </G>
      ))}
      {places
        .filter((_, index) => index % every === 0)
        .map((place) => (
          <Text key={place.x} x={place.x} y={HEIGHT - 3} style={TINY} fill={SOFT} textAnchor="middle">
            {write(place.label)}
          </Text>
        ))}
      {type === "bar" &&
        places.map(({ x, value }) =>
          value ? (
            <Rect key={x} x={x - slot * 0.38} y={y(value)} width={slot * 0.76} height={y(0) - y(value)} fill={seriesColour(0)} />
          ) : null,
        )}
      {type === "line" &&
        places.map(({ x, value, before }) =>
          value === null ? null : (
            <G key={x}>
              {before !== null && <Line x1={x - slot} y1={y(before)} x2={x} y2={y(value)} strokeWidth={1.25} stroke={seriesColour(1)} />}
              <Circle cx={x} cy={y(value)} r={1.4} fill={seriesColour(1)} />
            </G>
          ),
        )}
    </G>
  );
}

const NAME_WIDTH = 80;
const NAME_LENGTH = 24;

/** A name too long is cut in its middle: routes begin alike. */
const shorten = (name: string) =>
  name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH / 2 - 1)}…${name.slice(-NAME_LENGTH / 2)}` : name;

function Ranks({ chart, write }: Props) {
  const top = Math.max(1, ...chart.points.map(({ value }) => value ?? 0));
  const row = Math.min(13, HEIGHT / Math.max(chart.points.length, 1));
  const room = WIDTH - NAME_WIDTH - 28;
  return (
    <G>
      {chart.points.map(({ label, value }, index) => (
        <G key={label}>
          <Text x={NAME_WIDTH - 4} y={row * index + row * 0.68} style={TINY} fill={SOFT} textAnchor="end">
            {shorten(write(label))}
          </Text>
          <Rect
            x={NAME_WIDTH}
            y={row * index + row * 0.15}
            width={((value ?? 0) / top) * room}
            height={row * 0.7}
            fill={seriesColour(index)}
          />
          <Text x={NAME_WIDTH + ((value ?? 0) / top) * room + 3} y={row * index + row * 0.68} style={TINY} fill={SOFT}>
            {formatCount(value ?? 0)}
          </Text>
        </G>
      ))}
    </G>
  );
}

const CENTRE = { x: WIDTH / 2, y: HEIGHT / 2 };
const OUTER = 48;
const INNER = 30;

function Doughnut({ values, total }: { values: readonly number[]; total: number }) {
  let reached = 0;
  const parts = values.map((value, index) => {
    const from = reached;
    reached += total === 0 ? 0 : value / total;
    return { from, to: Math.min(reached, from + 0.99999), colour: seriesColour(index) };
  });
  return (
    <G>
      {parts
        .filter(({ from, to }) => to > from)
        .map(({ from, to, colour }) => (
          <Path key={from} d={ringPath(from, to)} fill={colour} stroke="#ffffff" strokeWidth={1} />
        ))}
      {total === 0 && <Circle cx={CENTRE.x} cy={CENTRE.y} r={(OUTER + INNER) / 2} strokeWidth={OUTER - INNER} stroke={LINE} fill="none" />}
    </G>
  );
}

/** A piece of a ring between two fractions of the circle, clockwise from its top. */
function ringPath(from: number, to: number): string {
  const at = (fraction: number, radius: number) => {
    const angle = 2 * Math.PI * fraction - Math.PI / 2;
    return `${(CENTRE.x + radius * Math.cos(angle)).toFixed(2)} ${(CENTRE.y + radius * Math.sin(angle)).toFixed(2)}`;
  };
  const large = to - from > 0.5 ? 1 : 0;
  return `M${at(from, OUTER)} A${OUTER} ${OUTER} 0 ${large} 1 ${at(to, OUTER)} L${at(to, INNER)} A${INNER} ${INNER} 0 ${large} 0 ${at(from, INNER)} Z`;
}
