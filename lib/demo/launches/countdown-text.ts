const DAY_SEC = 86_400;

/** The time until a launch (milliseconds; negative after it), as people say it: `T − 3 d 04 h 05 m 06 s`. */
export function countdownText(ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const days = Math.floor(total / DAY_SEC);
  const clock = `${two(Math.floor((total % DAY_SEC) / 3600))} h ${two(Math.floor((total % 3600) / 60))} m ${two(total % 60)} s`;
  return `T ${ms >= 0 ? "−" : "+"} ${days > 0 ? `${days} d ` : ""}${clock}`;
}
