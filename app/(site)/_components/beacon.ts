// A page's time here: opened → reading (visible and focused) ⇄ paused → left. Only reading earns time.

type Options = { endpoint: string; countHashes: boolean };
type Note = Record<string, unknown>;

/** Milliseconds of reading until the first ping, which tells a reader from a bounce, and between the later ones. */
const FIRST_PING = 3_000;
const NEXT_PING = 15_000;
/** A ping so soon after the last note says nothing new. */
const TOO_SOON = 500;

let options: Options;
let path: string | null = null;
/** The page view that measurements belong to, and what a ping says of it. */
let page = "";
let shown = "";
let address = "";
let readTo: number | undefined;
let vitals: Record<string, number> = {};
let firstPage = "";
let started = false;
let readingSince = 0;
let untilPing = FIRST_PING;
let timer: ReturnType<typeof setTimeout>;
let lastNoteAt = 0;

/** Called with every path the router shows, `at` milliseconds after the document began. A path already open is no new view. */
export function open(next: string, at: number, given: Options): void {
  options = given;
  if (next === path) return;
  if (document.prerendering) {
    document.addEventListener("prerenderingchange", () => open(next, performance.now(), given), { once: true });
    return;
  }
  const isDocument = !started && !isUnseenDocument(next);
  const referrer = started ? address : document.referrer;
  const left = started && stopReading() ? [ping({ ago: age(at) })] : [];
  begin(next);
  if (isDocument) lastNoteAt = at;
  else send([...left, view(at, referrer)]);
  if (!started) start();
  resume();
}

/** Called when the router shows a page without this beacon. */
export function leave(): void {
  if (stopReading()) send([ping()], true);
  path = null;
}

/** The server counts documents it is asked for; it was not, or could not know, when a cache or a prerender answered, or when another page's document led here. */
function isUnseenDocument(shown: string): boolean {
  const [entry] = performance.getEntriesByType("navigation") as (PerformanceNavigationTiming & {
    activationStart?: number;
    deliveryType?: string;
  })[];
  if (!entry) return false;
  const cached =
    entry.deliveryType === undefined
      ? entry.transferSize === 0 && entry.encodedBodySize > 0 && !entry.workerStart
      : entry.deliveryType !== "";
  return cached || (entry.activationStart ?? 0) > 0 || new URL(entry.name).pathname !== new URL(shown, location.href).pathname;
}

function begin(next: string): void {
  path = next;
  shown = next + location.search;
  address = location.href;
  page = crypto.randomUUID?.() ?? "";
  firstPage ||= page;
  untilPing = FIRST_PING;
  readTo = undefined;
  vitals = {};
}

const note = (kind: string, more: Note): Note => ({ kind, path: shown, page, screen: innerWidth, ...more });

const view = (at: number, referrer: string): Note => note("view", { referrer, ago: age(at), title: document.title });

const age = (at: number): number => Math.round(performance.now() - at);

const ping = (more?: Note): Note => note("ping", { scroll: readTo, ...vitals, ...more });

function send(notes: Note[], leaving = false): void {
  lastNoteAt = performance.now();
  const body = JSON.stringify(notes);
  if (leaving && navigator.sendBeacon?.(options.endpoint, body)) return;
  fetch(options.endpoint, { method: "POST", body, keepalive: true }).catch(() => {});
}

function resume(): void {
  if (readingSince || path === null || document.visibilityState !== "visible" || !document.hasFocus()) return;
  readingSince = performance.now();
  timer = setTimeout(tick, untilPing);
}

function tick(): void {
  measure();
  send([ping({ title: document.title })]);
  readingSince = performance.now();
  untilPing = NEXT_PING;
  timer = setTimeout(tick, untilPing);
}

/** Ends the time that is being earned; tells whether there is enough of it to speak of. */
function stopReading(): boolean {
  if (!readingSince) return false;
  clearTimeout(timer);
  untilPing = Math.max(0, untilPing - (performance.now() - readingSince));
  readingSince = 0;
  return performance.now() - lastNoteAt >= TOO_SOON;
}

function pause(): void {
  if (!stopReading()) return;
  measure();
  send([ping({ title: document.title })], true);
}

function start(): void {
  started = true;
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? resume() : pause()));
  addEventListener("focus", resume);
  addEventListener("blur", pause);
  addEventListener("pagehide", pause);
  addEventListener("pageshow", (event) => {
    if (!event.persisted || path === null) return;
    begin(path);
    send([view(performance.now(), document.referrer)]);
    resume();
  });
  const openHash = () => {
    const pathname = path?.split("#")[0];
    if (options.countHashes && pathname === location.pathname) open(pathname + location.hash, performance.now(), options);
  };
  addEventListener("hashchange", openHash);
  // A router that changes the address itself fires no hashchange.
  (window as { navigation?: EventTarget }).navigation?.addEventListener("currententrychange", () => setTimeout(openHash));
  let measuring = false;
  const measureSoon = () => {
    if (measuring) return;
    measuring = true;
    requestAnimationFrame(() => {
      measuring = false;
      measure();
    });
  };
  addEventListener("scroll", measureSoon, { passive: true });
  import("./vitals").then(({ onVital }) =>
    onVital((name, value) => {
      if (page === firstPage) vitals[name] = value; // they are the document's, and its first page's
    }),
  );
}

/** How far down the page was seen, in percent. */
function measure(): void {
  const percent = Math.min(100, Math.round((100 * (scrollY + innerHeight)) / document.documentElement.scrollHeight));
  readTo = Math.max(readTo ?? 0, percent);
}
