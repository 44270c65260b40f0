"use client";

import { ActionIcon } from "@mantine/core";
import { IconPhotoDown } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { memo, useRef, useState } from "react";
import { formatCount, formatPercent, formatValue } from "@/lib/metrics/format-value";
import classes from "./chart-grid.module.css";
import type { ChartData } from "./charts-of";
import { saveChart } from "./save-chart";
import { seriesVariable } from "./series-colours";

const ChartCanvas = dynamic(() => import("./chart-canvas").then((module) => module.ChartCanvas), { ssr: false });

const ofParts = ({ type }: ChartData) => type === "doughnut" || type === "ranks";

interface Props {
  chart: ChartData;
  /** The period it is of, in words; it goes on the saved picture. */
  caption: string;
  filename: string;
  rowsHref?: string;
  /** Where the table is to be had as a file. */
  csvHref?: string;
}

/** A chart whose numbers did not change is not drawn again. */
const isSame = (before: Props, after: Props): boolean => JSON.stringify(before) === JSON.stringify(after);

/** A chart with its legend, a table of the same numbers, and a picture to keep. */
export const ChartCard = memo(function ChartCard({ chart, caption, filename, rowsHref, csvHref }: Props) {
  const drawing = useRef<HTMLDivElement>(null);
  const [isDrawn, setDrawn] = useState(false);
  const { title, points, format, metric, type } = chart;
  const parts = ofParts(chart);
  const total = parts ? points.reduce((sum, { value }) => sum + (value ?? 0), 0) : null;
  // A rate of 0 % is something, a count of 0 is nothing.
  const nothing = points.every(({ value }) => (parts || format === "count" ? !value : value === null));
  const share = (value: number | null) => (total ? formatPercent((value ?? 0) / total) : "–");
  const save = () => {
    const canvas = drawing.current?.querySelector("canvas");
    if (canvas) void saveChart(canvas, `${title} · ${caption}`, filename);
  };
  return (
    <figure className={classes.card} aria-label={title} style={{ margin: 0 }} data-chart={`${metric}-${type}`}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        <ActionIcon
          className={classes.save}
          variant="subtle"
          color="gray"
          size={28}
          aria-label={`Save “${title}” as a picture`}
          disabled={!isDrawn}
          onClick={save}
        >
          <IconPhotoDown size={16} stroke={1.6} aria-hidden />
        </ActionIcon>
      </div>
      <ul className={classes.legend}>
        {type === "doughnut" ? (
          points.map(({ label, value }, index) => (
            <li key={label}>
              <span className={classes.swatch} style={{ background: seriesVariable(index) }} />
              {label} <b>{formatCount(value ?? 0)}</b> {share(value)}
            </li>
          ))
        ) : (
          <li>
            <span className={classes.swatch} style={{ background: seriesVariable(type === "line" ? 1 : 0) }} />
            {chart.label}, {chart.unit}
          </li>
        )}
      </ul>
      <div className={classes.drawing} ref={drawing}>
        <ChartCanvas chart={chart} onDrawn={setDrawn} />
        {nothing && <p className={classes.zero}>Nothing in this period{points.length ? " yet" : ""}.</p>}
        <noscript>The drawing needs JavaScript; the table below has the same numbers.</noscript>
      </div>
      <details className={classes.table}>
        <summary>Table</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={classes.scroll} tabIndex={0} aria-label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{chart.column}</th>
                <th scope="col">{chart.label}</th>
                {parts && <th scope="col">Share</th>}
              </tr>
            </thead>
            <tbody>
              {points.map(({ label, value }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: on the day clocks go back an hour's label comes twice
                <tr key={index}>
                  <th scope="row">{label}</th>
                  <td>{formatValue(format, value)}</td>
                  {parts && <td>{share(value)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <p className={classes.further}>
          {rowsHref && (
            <Link href={rowsHref} prefetch={false}>
              The rows behind it
            </Link>
          )}
          {csvHref && (
            <a href={csvHref} download>
              Save as CSV
            </a>
          )}
        </p>
      </details>
    </figure>
  );
}, isSame);
