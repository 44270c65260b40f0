import type { IncomingMessage, ServerResponse } from "node:http";
import { captureState, REQUEST_ID_HEADER } from "../capture/state";
import { plainPage } from "./plain-page";
import { type Replacement, replaceAnswer } from "./replace-answer";

type Asked = Pick<IncomingMessage, "method" | "headers" | "url">;

const UNREADABLE: Replacement = {
  status: 400,
  type: "application/json",
  body: JSON.stringify({
    error: { code: "invalid", message: "The form in this request cannot be read: it is broken, cut off, or larger than 8 MB." },
  }),
};

/**
 * Puts right what Next answers and nothing in a page can change: a 5xx for an action's body that it cannot decode is the sender's fault, 400; and the
 * documents of 403, 500, and of a 404 that a page gave, which are empty until scripts draw them, are pages that can be read.
 */
export function correctAnswers(request: IncomingMessage, response: ServerResponse): void {
  const action = carriesAction(request);
  const document = isDocument(request);
  if (!action && !document) return;
  replaceAnswer(response, (status) => {
    if (action && status >= 500 && !hasActionBegun(request)) return UNREADABLE;
    const isPage = document && String(response.getHeader("content-type")).startsWith("text/html");
    if (!isPage) return null;
    return status === 404 && !runningOf(request)?.nothingHere ? null : (READABLE[status] ?? null);
  });
}

/** Whether Next will read a request's body as the arguments of a server action. */
export function carriesAction({ method, headers }: Asked): boolean {
  if (method !== "POST") return false;
  return headers["next-action"] !== undefined || Boolean(headers["content-type"]?.startsWith("multipart/form-data"));
}

/** Whether somebody waits for a page to read, not a script for data. */
export function isDocument({ url = "", headers }: Asked): boolean {
  if (headers.rsc !== undefined || headers["next-action"] !== undefined || url.startsWith("/api/")) return false;
  return (
    headers["sec-fetch-dest"] === "document" || (headers["sec-fetch-dest"] === undefined && Boolean(headers.accept?.includes("text/html")))
  );
}

const NOT_FOR_YOU = plainPage({
  title: "Not for you",
  heading: "This dashboard is not for you",
  text: [
    "You are signed in, but your account may only use the site itself. The numbers are shown to the owner and to people the owner has invited.",
    "If you should be one of them, ask the owner for the role “viewer”, then sign in again.",
  ],
  links: [
    { href: "/", text: "Back to the site" },
    { href: "/login?callbackUrl=%2Fdashboard", text: "Sign in as someone else" },
  ],
});

const FAILED = plainPage({
  title: "Error",
  heading: "Something went wrong here.",
  text: ["It is not your fault, and it has been logged."],
  links: [
    { href: "", text: "Try again" },
    { href: "/", text: "Back to the start" },
  ],
});

const NOTHING_HERE = plainPage({
  title: "Page not found",
  heading: "There is no page here.",
  text: ["The address may be mistyped, or what it named may have gone. The footprints end here."],
  links: [{ href: "/", text: "Back to the start" }],
});

const readable = (status: number, body: string): Replacement => ({ status, type: "text/html; charset=utf-8", body });
const READABLE: Record<number, Replacement> = {
  403: readable(403, NOT_FOR_YOU),
  404: readable(404, NOTHING_HERE),
  500: readable(500, FAILED),
};

/** Of a request that capture does not follow nobody knows: its action may have begun. */
function hasActionBegun(request: Asked): boolean {
  const running = runningOf(request);
  return running === undefined || running.actionBegan === true;
}

const runningOf = ({ headers }: Asked) => captureState().running.get(String(headers[REQUEST_ID_HEADER]));
