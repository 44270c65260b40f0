import { readColours } from "./read-colours";

const MARGIN = 16;
const TITLE_HEIGHT = 28;
/** A browser may still be reading a file whose address is taken back at once. */
const READ_WITHIN_MS = 60_000;

/** Saves a chart as a PNG, on the surface it is seen on and with its title, since a bare canvas has neither. */
export async function saveChart(chart: HTMLCanvasElement, title: string, filename: string): Promise<void> {
  const colours = readColours();
  const scale = window.devicePixelRatio || 1;
  const picture = document.createElement("canvas");
  picture.width = chart.width + 2 * MARGIN * scale;
  picture.height = chart.height + (2 * MARGIN + TITLE_HEIGHT) * scale;
  const pen = picture.getContext("2d");
  if (!pen) return;
  pen.fillStyle = colours.surface;
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.fillStyle = colours.ink;
  pen.font = `600 ${14 * scale}px ${colours.font}`;
  pen.textBaseline = "middle";
  pen.fillText(title, MARGIN * scale, (MARGIN + TITLE_HEIGHT / 2 - 4) * scale);
  pen.drawImage(chart, MARGIN * scale, (MARGIN + TITLE_HEIGHT) * scale);
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, "image/png"));
  if (!blob) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_WITHIN_MS);
}
