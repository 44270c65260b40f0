import { Document, Page, Text, View } from "@react-pdf/renderer";
import { METRICS } from "@/lib/metrics/catalogue";
import { compareValues } from "@/lib/metrics/compare";
import { formatValue } from "@/lib/metrics/format-value";
import { metricNumber } from "@/lib/metrics/metric-number";
import { isRunning } from "@/lib/metrics/running";
import type { Snapshot } from "@/lib/metrics/snapshot";
import { dateAndTime, periodLabel, previousLabel } from "@/lib/metrics/time-labels";
import { chartsOf } from "../../_live/charts-of";
import { ReportChart } from "./report-chart";
import { BAD, GOOD, SOFT, styles } from "./report-style";

const TONES = { good: GOOD, bad: BAD, neutral: SOFT } as const;

interface Props {
  snapshot: Snapshot;
  /** The site's. */
  name: string;
  /** Writes text in what the fonts can draw. */
  write: (text: string) => string;
}

/** A day or a week on paper: every metric with its change, every chart. */
export function Report({ snapshot, name, write }: Props) {
  const { period, date, timezone, lens, asOf, metrics, previous } = snapshot;
  const title = periodLabel(period, date);
  const charts = METRICS.flatMap((metric) => chartsOf(metric, snapshot));
  return (
    <Document title={write(`${name}: ${title}`)} creator="Footfall" producer="Footfall">
      <Page size="A4" style={styles.page}>
        <View style={styles.head}>
          <View>
            <Text style={styles.title}>{write(title)}</Text>
            <Text style={styles.soft}>
              {write(
                `${name} · ${lens === "all" ? "everyone" : "signed-in visits"} · ${timezone} · compared with ${previousLabel(period, date)}`,
              )}
            </Text>
          </View>
          <Text style={styles.soft}>Footfall</Text>
        </View>
        <View style={styles.tiles}>
          {METRICS.map((metric) => {
            const value = metricNumber(metrics, metric.id);
            const before = metricNumber(previous.metrics, metric.id);
            const change = compareValues(metric, value, before, isRunning(snapshot, Date.parse(asOf)));
            return (
              <View key={metric.id} style={styles.tile} wrap={false}>
                <Text style={styles.soft}>{metric.label}</Text>
                <Text style={styles.value}>{write(formatValue(metric.format, value))}</Text>
                <Text style={{ color: TONES[change.tone], fontSize: 7.5 }}>
                  {write(`${change.text} vs ${formatValue(metric.format, before)}`)}
                </Text>
              </View>
            );
          })}
        </View>
        <View style={styles.charts}>
          {charts.map((chart) => (
            <ReportChart key={`${chart.metric}-${chart.type}`} chart={chart} write={write} />
          ))}
        </View>
        <View style={styles.foot} fixed>
          <Text>{write(`Read ${dateAndTime(timezone, asOf)} (${timezone})`)}</Text>
          <Text render={({ pageNumber, totalPages }) => `${pageNumber} / ${totalPages}`} />
        </View>
      </Page>
    </Document>
  );
}
