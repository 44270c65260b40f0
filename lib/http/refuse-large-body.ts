import { plainPage } from "./plain-page";

/** The most a form of the site may send: a picture of 5 MB with room to spare. `next.config.js` says the same to Next. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;

const PAGE = plainPage({
  title: "Too large",
  heading: "That is too large.",
  text: ["What you sent has more than 8 MB. A picture may have up to 5 MB; please go back and choose a smaller one."],
  links: [{ href: "", text: "Back to the form" }],
});

/**
 * The answer to a request that announces a larger body than any form here takes: 413 and a page that says so, before a byte of it is
 * read. Null for every other request. Without it Next reads as far as its limit, and then fails with status 500.
 */
export function refuseLargeBody(request: { headers: Headers }): Response | null {
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (!(announced > BODY_BYTES_MAX)) return null;
  return new Response(PAGE, { status: 413, headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } });
}
