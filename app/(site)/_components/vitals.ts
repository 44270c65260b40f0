import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";

/** Tells each web vital of the document as it becomes known, and again when it grows. Milliseconds; CLS has no unit. */
export function onVital(tell: (name: "lcp" | "inp" | "cls" | "fcp" | "ttfb", value: number) => void): void {
  onLCP(({ value }) => tell("lcp", value), { reportAllChanges: true });
  onINP(({ value }) => tell("inp", value), { reportAllChanges: true });
  onCLS(({ value }) => tell("cls", value), { reportAllChanges: true });
  onFCP(({ value }) => tell("fcp", value));
  onTTFB(({ value }) => tell("ttfb", value));
}
