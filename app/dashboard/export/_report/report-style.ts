import { StyleSheet } from "@react-pdf/renderer";
import { PAPER_FONT } from "./paper-font";

/** The dashboard's light colours, on paper. */
export const INK = "#1f2422";
export const SOFT = "#5b625e";
export const LINE = "#e3dfd6";
export const GOOD = "#1d6b4f";
export const BAD = "#9f421d";
export const SERIES = ["#27806a", "#c9622f", "#3f6f9e", "#b58a2b", "#8a5a8c", "#6f9a4f", "#b0627a", "#8b8b82"] as const;

/** The colour of the n-th part, counted from 0; whatever comes after the last shares it. */
export const seriesColour = (index: number): string => SERIES[Math.min(index, SERIES.length - 1)] ?? INK;

export const styles = StyleSheet.create({
  page: { padding: 36, paddingBottom: 48, fontFamily: PAPER_FONT, fontSize: 9, color: INK },
  head: { flexDirection: "row", justifyContent: "space-between", alignItems: "flex-end", marginBottom: 14 },
  title: { fontWeight: 700, fontSize: 20, marginBottom: 4 },
  soft: { color: SOFT },
  tiles: { flexDirection: "row", flexWrap: "wrap", borderTopWidth: 0.75, borderLeftWidth: 0.75, borderColor: LINE, marginBottom: 16 },
  tile: { width: "25%", padding: 8, borderRightWidth: 0.75, borderBottomWidth: 0.75, borderColor: LINE },
  value: { fontWeight: 700, fontSize: 15, marginTop: 3, marginBottom: 2 },
  charts: { flexDirection: "row", flexWrap: "wrap", justifyContent: "space-between" },
  chart: { width: 254, borderWidth: 0.75, borderColor: LINE, borderRadius: 5, padding: 8, marginBottom: 10 },
  chartTitle: { fontWeight: 700, fontSize: 9.5, marginBottom: 1 },
  legend: { flexDirection: "row", flexWrap: "wrap", fontSize: 7, color: SOFT, marginBottom: 3 },
  part: { flexDirection: "row", alignItems: "center", marginRight: 8, marginTop: 1 },
  swatch: { width: 5, height: 5, borderRadius: 1, marginRight: 3 },
  foot: {
    position: "absolute",
    left: 36,
    right: 36,
    bottom: 24,
    flexDirection: "row",
    justifyContent: "space-between",
    fontSize: 7.5,
    color: SOFT,
  },
});
