import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { readPicture } from "../../../lib/demo/celebrity/read-picture";
import { rekognitionRecogniser } from "../../../lib/demo/celebrity/rekognition-recogniser";

// Amazon itself cannot be asked here, so a server of our own stands in its place and answers as its documentation says.
const ANSWER = {
  CelebrityFaces: [
    {
      Id: "1XJ5dK1a",
      Name: "Ada Lovelace",
      MatchConfidence: 98,
      Urls: ["www.wikidata.org/wiki/Q7259"],
      Face: { BoundingBox: { Left: 0.1, Top: 0.2, Width: 0.3, Height: 0.4 } },
    },
  ],
  UnrecognizedFaces: [{ BoundingBox: { Left: 0.6, Top: 0.2, Width: 0.1, Height: 0.1 } }],
};

vi.setConfig({ testTimeout: 30_000 }); // loading the SDK takes a while on a busy machine

let status = 200;
let seen: { headers: IncomingMessage["headers"]; body: { Image: { Bytes: string } } } | undefined;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  seen = { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) };
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(status === 200 ? ANSWER : { __type: "AccessDeniedException", message: "User is not authorized" }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  vi.stubEnv("AWS_ENDPOINT_URL_REKOGNITION", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterEach(() => vi.unstubAllEnvs());

const picture = async () =>
  readPicture(
    await sharp({ create: { width: 80, height: 60, channels: 3, background: "#fff" } })
      .webp()
      .toBuffer(),
  );

test("Amazon Rekognition is asked with a signed request and a JPEG, and its answer is told in our words", async () => {
  status = 200;
  expect(await rekognitionRecogniser().recognise(await picture())).toEqual({
    engine: "rekognition",
    faces: [
      {
        box: { left: 0.1, top: 0.2, width: 0.3, height: 0.4 },
        name: "Ada Lovelace",
        confidence: 0.98,
        links: ["https://www.wikidata.org/wiki/Q7259"],
      },
      { box: { left: 0.6, top: 0.2, width: 0.1, height: 0.1 }, name: null, confidence: null, links: [] },
    ],
  });
  expect(seen?.headers["x-amz-target"]).toBe("RekognitionService.RecognizeCelebrities");
  expect(seen?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/rekognition\/aws4_request/);
  const sent = await sharp(Buffer.from(seen?.body.Image.Bytes ?? "", "base64")).metadata();
  expect(sent).toMatchObject({ format: "jpeg", width: 80, height: 60 });
});

test("a refusal of Amazon's is told as such, without its inside", async () => {
  status = 400;
  const silent = vi.spyOn(console, "error").mockImplementation(() => undefined);
  await expect(rekognitionRecogniser().recognise(await picture())).rejects.toMatchObject({
    code: "unavailable",
    message: expect.not.stringContaining("authorized"),
  });
  silent.mockRestore();
});
