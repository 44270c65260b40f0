import { crc32 } from "node:zlib";
import fc from "fast-check";

/** Texts that have broken somebody's server before. */
export const TEXTS = [
  "",
  " ",
  "\u0000",
  "%00",
  "%ff",
  "%E0%A4%A",
  "\ud800",
  "\ufeff",
  "../../../etc/passwd",
  "..%2f..%2f",
  "//evil.example",
  "/\\evil.example",
  "javascript:alert(1)",
  "<script>alert(1)</script>",
  "' OR 1=1--",
  "'; DROP TABLE event;--",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an attack on templates, as it is typed
  "${7*7}",
  "=cmd|' /C calc'!A0",
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "null",
  "undefined",
  "NaN",
  "Infinity",
  "-1",
  "0",
  "1e309",
  "9".repeat(40),
  "2026-02-30",
  "0000-00-00",
  "9999-12-31",
  "99999-01-01",
  "-000001-01-01",
  "2026-11-21T25:61:61Z",
  "today",
  "UTC",
  "Europe/Atlantis",
  "day",
  "week",
  "all",
  "signed-in",
  "demo",
  "actions",
  "views",
  "A".repeat(5_000),
  "🦶".repeat(300),
  "\u202e\u0301",
  "[object Object]",
  "{}",
  "[]",
];

/** Names of parameters that some page or route reads, and some that none does. */
const NAMES = [
  "site",
  "period",
  "date",
  "lens",
  "metric",
  "cursor",
  "after",
  "before",
  "from",
  "to",
  "address",
  "person",
  "run",
  "file",
  "sort",
  "desc",
  "page",
  "hour",
  "bucket",
  "route",
  "kind",
  "q",
  "limit",
  "offset",
  "callbackUrl",
  "error",
  "code",
  "id",
  "__proto__",
  "constructor",
];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);

/** Percent-encoded as far as a request line can carry it; what is encoded already stays, broken or not. */
const encode = (value: string) => (/^%|%2f/.test(value) ? value : encodeURIComponent(value.toWellFormed()));

export const query = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), text), { maxLength: 5 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${encode(value)}`).join("&"));

/** Bodies of every sort: JSON of any shape, events that are nearly right, broken JSON, broken UTF-8, deep and long. */
export const body: fc.Arbitrary<Buffer> = fc.oneof(
  fc.json().map(Buffer.from),
  fc
    .record(
      {
        kind: fc.oneof(text, fc.constantFrom("view", "action", "ping")),
        path: fc.oneof(text, fc.webPath(), fc.constant("/house-price")),
        id: fc.oneof(text, fc.uuid()),
        at: fc.oneof(
          text,
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
        title: text,
        referrer: fc.oneof(text, fc.webUrl()),
        screen: fc.oneof(fc.double(), fc.integer()),
        scroll: fc.anything({ maxDepth: 1 }),
      },
      { requiredKeys: [] },
    )
    .map((event) => Buffer.from(JSON.stringify(event, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? "null")),
  fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
  text.map((value) => Buffer.from(value)),
  fc.constantFrom(
    Buffer.from(`${"[".repeat(20_000)}${"]".repeat(20_000)}`),
    Buffer.from(`{"a":`.repeat(5_000)),
    Buffer.from(`[${"{},".repeat(5_000)}{}]`),
    Buffer.from([0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22]),
    Buffer.alloc(200_000, 0x41),
  ),
);

/** What React's own format for arguments calls by a `$`: chunks, forms, functions, errors, each of something that is not there. */
const REFERENCES = [
  "$K9",
  "$F1",
  "$1",
  "$@1",
  "$Q1",
  "$W1",
  "$T",
  "$undefined",
  "$n9",
  "$B1",
  "$h1",
  "$L1",
  "$i1",
  "$-0",
  "$$",
  "$D",
  "$g1",
  "$x",
];

/** Arguments in React's format whose references lead nowhere. */
const brokenCall = fc.array(fc.constantFrom(...REFERENCES), { minLength: 1, maxLength: 3 }).map((references) => ({
  type: "multipart/form-data; boundary=b-17",
  data: Buffer.concat([part("0", Buffer.from(JSON.stringify(references))), Buffer.from("--b-17--\r\n")]),
}));

/** A form as a browser sends it, and as nobody should. */
export const form: fc.Arbitrary<{ type: string; data: Buffer }> = fc.oneof(
  fc
    .array(fc.tuple(fc.oneof(text, fc.constantFrom("0", "1", "$ACTION_ID_x", "email", "picture")), text), { maxLength: 6 })
    .map((fields) => ({
      type: "multipart/form-data; boundary=b",
      data: Buffer.from(
        `${fields
          .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name.replace(/["\r\n]/g, "_")}"\r\n\r\n${value}\r\n`)
          .join("")}--b--\r\n`,
      ),
    })),
  body.map((data) => ({ type: "multipart/form-data; boundary=b", data })),
  body.map((data) => ({ type: "text/plain;charset=UTF-8", data })),
  body.map((data) => ({ type: "application/x-www-form-urlencoded", data })),
  fc
    .constantFrom("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-dataX", "")
    .chain((type) => body.map((data) => ({ type, data }))),
  brokenCall,
);

/** Headers that a client can set and something here reads. */
export const headers: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    "accept-language",
    "referer",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "forwarded",
    "x-real-ip",
    "dnt",
    "sec-gpc",
    "rsc",
    "next-router-state-tree",
    "next-router-prefetch",
    "next-url",
    "x-nonce",
    "x-footfall-request",
    "x-footfall-inner",
    "if-none-match",
    "range",
    "last-event-id",
    "content-security-policy",
    "x-middleware-subrequest",
    "sec-fetch-dest",
    "sec-fetch-site",
    "origin",
  ),
  text.map((value) => value.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?").slice(0, 2_000)),
  { maxKeys: 4 },
);

/** Endings of a path that try to leave it. */
export const pathTail = fc.constantFrom(
  "",
  "",
  "",
  "/",
  "/..",
  "/%2e%2e/",
  "/%00",
  "/%ff",
  "/.env",
  "//",
  "/a/b/c/d/e/f",
  `/${"x".repeat(3_000)}`,
  "/%5c..%5c",
  ";x=1",
);

const FIELDS = [
  "email",
  "password",
  "callbackUrl",
  "name",
  "surname",
  "gender",
  "site",
  "person",
  "again",
  "from",
  "to",
  "run",
  "timezone",
  "current",
  "next",
  "rooms",
];

/** Files that are no picture, or one that unfolds to more than there is memory: each begins as its kind does. */
const PICTURES = [
  Buffer.from("PK\u0003\u0004 no picture but an archive"),
  Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:1/"/></svg>'),
  Buffer.from("GIF89a\uffff\uffff", "latin1"),
  Buffer.from("\xff\xd8\xff\xe0 cut off", "latin1"),
  Buffer.from("RIFF\xff\xff\xff\xffWEBPVP8L", "latin1"),
  hugePng(),
];

/** A PNG of 30,000 × 30,000 pixels by its header. */
function hugePng(): Buffer {
  const header = Buffer.from("IHDR\0\0\0\0\0\0\0\0\b\x06\0\0\0", "latin1");
  header.writeUInt32BE(30_000, 4);
  header.writeUInt32BE(30_000, 8);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(header));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\r", "latin1"), header, checksum, Buffer.from("\0\0\0\0IDAT", "latin1")]);
}

/** An action called as React calls it, the state before and the form, both with anything in them. */
export const actionCall: fc.Arbitrary<{ type: string; data: Buffer }> = fc
  .record({
    state: fc.oneof(fc.json({ maxDepth: 2 }), fc.constant('{"attempt":0,"message":null,"errors":{},"values":{}}')),
    fields: fc.array(fc.tuple(fc.constantFrom(...FIELDS), text), { maxLength: 8 }),
    file: fc.option(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        fc.constantFrom(...PICTURES),
      ),
    ),
  })
  .map(({ state, fields, file }) => {
    const parts = [
      ...fields.map(([name, value]) => part(`_1_${name}`, Buffer.from(value))),
      ...(file ? [part('_1_picture"; filename="x.png', file)] : []),
      part("0", Buffer.from(`[${isReference(state) ? "null" : state},"$K1"]`)),
    ];
    return { type: "multipart/form-data; boundary=b-17", data: Buffer.concat([...parts, Buffer.from("--b-17--\r\n")]) };
  });

/** A text with a `$` means something to React's own format, which is not what is tried here. */
const isReference = (json: string) => json.includes("$");

const part = (name: string, value: Buffer) =>
  Buffer.concat([Buffer.from(`--b-17\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`), value, Buffer.from("\r\n")]);
