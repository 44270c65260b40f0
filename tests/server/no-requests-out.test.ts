import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";
import { findDoors } from "./access/find-doors";
import { openSender, type Sent } from "./hostile/send";

const { url } = inject("app");
const doors = findDoors();
const { send, close } = openSender(url, 4);

/** An address inside the house, as an attacker would name it; whoever asks it is written down. */
let inside: Server;
let target = "";
let host = "";
const asked: IncomingMessage[] = [];
let cookie = "";

beforeAll(async () => {
  inside = createServer((request, response) => {
    asked.push(request);
    response.writeHead(200, { "content-type": "text/x-component" }).end("0:{}\n");
  });
  await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(inside.address() as AddressInfo).port}`;
  target = `http://${host}/secret.png`;
  cookie = (await signIn(url, TEST_OWNER)).cookie;
});
afterAll(async () => {
  close();
  inside.closeAllConnections();
  await new Promise((resolve) => inside.close(resolve));
});
beforeEach(() => asked.splice(0));

const FIELDS = [
  "picture",
  "url",
  "callbackUrl",
  "email",
  "name",
  "surname",
  "site",
  "person",
  "again",
  "from",
  "to",
  "run",
  "timezone",
  "rooms",
];
const DOCUMENTS = () => [
  target,
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><image x:href="${target}" href="${target}"/></svg>`,
  `<!DOCTYPE a [<!ENTITY b SYSTEM "${target}">]><a>&b;</a>`,
  `#EXTM3U\n#EXTINF:1,\n${target}\n`,
];

function formOf(document: string): Buffer {
  const part = (name: string, value: string) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const fields = FIELDS.map((name) => part(`_1_${name}`, document)).join("");
  const file = part('_1_picture"; filename="a.png', document);
  return Buffer.from(`${fields}${file}${part("0", '[{"attempt":0,"message":null,"errors":{},"values":{}},"$K1"]')}--b--\r\n`);
}

const actions = doors.flatMap((door) => (door.type === "action" && !door.name.includes("logOut") ? [door] : []));

test.each(actions.map((action) => [action.name, action] as const))(
  "%s asks nobody, whatever addresses its form names",
  async (_, { id, page }) => {
    for (const document of DOCUMENTS()) {
      const headers = { cookie, "next-action": id, "content-type": "multipart/form-data; boundary=b", origin: url };
      expect((await send({ method: "POST", path: page, headers, data: formOf(document) })).status).toBeLessThan(500);
    }
    expect(asked).toEqual([]);
  },
);

test("an action that Next hands on to another page, or that redirects, goes to no host that its sender names", async () => {
  const namings: Record<string, string>[] = [
    { host },
    { "x-forwarded-host": host, "x-forwarded-proto": "http" },
    { host, "x-forwarded-host": host, forwarded: `host=${host}` },
  ];
  for (const { id } of actions)
    for (const page of ["/", "/login", "/celebrity"])
      for (const named of namings) {
        const own = { cookie, "next-action": id, "content-type": "multipart/form-data; boundary=b", origin: `http://${host}` };
        await send({ method: "POST", path: page, headers: { ...own, ...named }, data: formOf("a") });
      }
  expect(asked).toEqual([]);
});

test("neither a page nor a route asks an address that stands in its query, its path or its headers", async () => {
  const encoded = encodeURIComponent(target);
  const paths = doors.flatMap((door) =>
    door.type === "action" ? [] : [door.path.replace(/\[\[?\.{3}\w+\]?\]/, "csrf").replace(/\[\w+\]/g, encoded)],
  );
  const query = ["url", "u", "site", "file", "callbackUrl", "from", "to", "person", "address", "src"]
    .map((name) => `${name}=${encoded}`)
    .join("&");
  const sents = [...new Set(paths), "/_next/image", `/${target}`, `//${host}/secret.png`, `/@fs/${target}`].map(
    (path): Sent => ({
      method: "GET",
      path: `${path}?${query}&w=640&q=75`,
      headers: { cookie, referer: target, "x-middleware-rewrite": target, "x-real-ip": host },
    }),
  );
  for (const sent of sents) expect((await send(sent)).status, sent.path).toBeLessThan(500);
  await send({ method: "GET", path: target, headers: { cookie } });
  expect(asked).toEqual([]);
});
