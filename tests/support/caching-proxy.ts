import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The app behind a proxy that lets browsers keep its pages for ten minutes, as a site with static pages does; all of them, or those that `keeps` says.
 * `documents` are the pages it was asked for.
 */
export async function startCachingProxy(
  target: string,
  keeps: (path: string) => boolean = () => true,
): Promise<{ url: string; documents: string[]; stop: () => Promise<void> }> {
  const documents: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const isDocument = incoming.headers["sec-fetch-dest"] === "document";
    if (isDocument && incoming.method === "GET") documents.push(incoming.url ?? "");
    const forwarded = request(target + incoming.url, { method: incoming.method, headers: incoming.headers }, (answer) => {
      const headers = { ...answer.headers };
      if (isDocument && keeps(incoming.url ?? "")) {
        headers["cache-control"] = "private, max-age=600";
        delete headers.vary;
      }
      outgoing.writeHead(answer.statusCode ?? 502, headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, documents, stop };
}
