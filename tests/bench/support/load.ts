import autocannon from "autocannon";
import { makeVisitorId, VISITOR_COOKIE } from "../../../lib/capture/visitor-cookie";

export interface Load {
  url: string;
  connections: number;
  /** One of them: how long, or how many requests. */
  seconds?: number;
  amount?: number;
  requests: autocannon.Request[];
}

/** What a load came to: requests a second, p99 of the latency in ms, how many were answered. Only 2xx count, and one other answer is an error. */
export interface Loaded {
  perSecond: number;
  p99Ms: number;
  answered: number;
}

const BROWSER = {
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "accept-language": "en-GB,en;q=0.9,de;q=0.7",
};
const VISITORS = 2_000;
const MAY_BE_LOST = 0.01;

const visitors = Array.from({ length: VISITORS }, () => makeVisitorId());
const asVisitor = (index: number) => ({ ...BROWSER, cookie: `${VISITOR_COOKIE}=${visitors[index % VISITORS]}` });

/** Page views as browsers ask for them, each by another visitor. */
export const pageViews = (path: string): autocannon.Request[] =>
  visitors.map((_, index) => ({
    method: "GET",
    path,
    headers: { ...asVisitor(index), accept: "text/html,application/xhtml+xml", "sec-fetch-dest": "document", "sec-fetch-mode": "navigate" },
  }));

/** Calls that each tell of `events` page views, each call by another visitor. */
export const collectCalls = (path: string, events: number, pages = ["/", "/house-price", "/launches"]): autocannon.Request[] =>
  visitors.map((_, index) => {
    const list = Array.from({ length: events }, (_, number) => ({ kind: "view", path: pages[number % pages.length], screen: 1440 }));
    const body = JSON.stringify(events === 1 ? list[0] : list);
    return { method: "POST", path, headers: { ...asVisitor(index), "content-type": "application/json" }, body };
  });

/** What browsers ask for in a day: of ten requests one page, three of its scripts, and six times the beacon tells of a view. */
export async function mixedRequests(url: string): Promise<autocannon.Request[]> {
  const html = await (await fetch(url, { headers: BROWSER })).text();
  const scripts = [...html.matchAll(/src="(\/_next\/static\/[^"]+\.js)"/g)].map(([, path]) => path as string);
  if (scripts.length === 0) throw new Error(`${url} loads no script`);
  const [pages, calls] = [pageViews("/"), collectCalls("/api/collect", 1)];
  const kinds = ["page", "script", "script", "script", "call", "call", "call", "call", "call", "call"];
  return pages.map((page, index) => {
    const kind = kinds[index % kinds.length];
    if (kind === "page") return page;
    const path = scripts[index % scripts.length] as string;
    return kind === "script" ? { method: "GET", path, headers: asVisitor(index) } : (calls[index] as autocannon.Request);
  });
}

/** Calls that tell of other pages than those a probe watches. */
export const backgroundCalls = (events: number) => collectCalls("/api/collect", events, ["/", "/house-price"]);

/** Puts a load on a server from this process and waits for the last answer. Throws when an answer was not a 2xx, or none came. */
export async function runLoad({ url, connections, seconds, amount, requests }: Load): Promise<Loaded> {
  let next = 0;
  const share = Math.floor(requests.length / connections);
  const result = await autocannon({
    url,
    connections,
    ...(amount === undefined ? { duration: seconds ?? 5 } : { amount }),
    timeout: 60,
    // Each connection is a few visitors of its own. (All of them for each would have to be written out for each.)
    setupClient(client) {
      const from = next;
      next += share;
      client.setRequests(requests.slice(from, from + share));
    },
    requests: requests.slice(0, 1),
  });
  // A busy machine may cut a connection; where the number of answers matters, none may be missing.
  const lost = result.errors + result.timeouts;
  if (result.non2xx > 0 || lost > (amount === undefined ? result["2xx"] * MAY_BE_LOST : 0))
    throw new Error(`${url}: ${result.non2xx} answers were no 2xx and ${lost} requests of ${result["2xx"] + lost} failed`);
  return { perSecond: result["2xx"] / result.duration, p99Ms: result.latency.p99, answered: result["2xx"] };
}
