const PAGES = ["Home", "About Us", "Services", "Contact", "Blog"];

/** A page-access file as an old system wrote it: rows in no order, five addresses, five pages, ten days, every figure from the row's number. */
export function pageAccessFile(rows: number): { text: string; totalSec: number } {
  const lines = ["Date,IP Address,Page Accessed,Access Time,Time Spent (seconds)"];
  let totalSec = 0;
  for (let row = 0; row < rows; row++) {
    // A step that shares no factor with the number of rows visits each of them once, well mixed.
    const mixed = (row * 7919) % rows;
    const two = (value: number) => String(value).padStart(2, "0");
    const date = `2024-06-${two(1 + (mixed % 10))}`;
    const time = [mixed % 24, (mixed * 13) % 60, (mixed * 29) % 60].map(two).join(":");
    const spent = 30 + ((mixed * 31) % 270);
    const page = PAGES[Math.floor(mixed / 10) % PAGES.length];
    lines.push(`${date},192.168.1.${1 + (Math.floor(mixed / 50) % 5)},${page},${date} ${time},${spent}`);
    totalSec += spent;
  }
  return { text: `${lines.join("\n")}\n`, totalSec };
}
