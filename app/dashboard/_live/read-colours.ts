import { SERIES_COLOURS } from "./series-colours";

/** The style sheet's colours of this moment, for a canvas, which cannot read them itself. */
export interface Colours {
  ink: string;
  soft: string;
  grid: string;
  surface: string;
  series: string[];
  font: string;
}

export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: read("--ff-ink"),
    soft: read("--ff-soft"),
    grid: read("--ff-grid"),
    surface: read("--ff-surface"),
    series: Array.from({ length: SERIES_COLOURS }, (_, index) => read(`--ff-series-${index + 1}`)),
    font: read("--mantine-font-family") || "sans-serif",
  };
}
