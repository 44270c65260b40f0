import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findFaces, stopFindingFaces } from "../../../lib/demo/celebrity/find-faces";
import { personName } from "../../../lib/demo/celebrity/gallery";
import { localRecogniser } from "../../../lib/demo/celebrity/local-recogniser";
import { readPicture } from "../../../lib/demo/celebrity/read-picture";
import type { FaceBox } from "../../../lib/demo/celebrity/recogniser";

// Photographs that come with the face model's package.
const photograph = (number: number) => readFile(`node_modules/@vladmandic/face-api/demo/sample${number}.jpg`);
const SECONDS = 1_000;

/** A portrait made of one face of a photograph: cut out, mirrored, brightened, saved anew. */
async function portrait(bytes: Buffer, { left, top, width, height }: FaceBox): Promise<Buffer> {
  const { width: wide, height: high } = await sharp(bytes).metadata();
  const crop = {
    left: Math.max(0, Math.round((left - width / 2) * wide)),
    top: Math.max(0, Math.round((top - height / 2) * high)),
    width: Math.round(width * 2 * wide),
    height: Math.round(height * 2 * high),
  };
  return sharp(bytes).extract(crop).flop().modulate({ brightness: 1.1 }).jpeg({ quality: 80 }).toBuffer();
}

describe("the recogniser on this machine", { timeout: 60 * SECONDS }, () => {
  let gallery: string;
  beforeAll(async () => {
    gallery = await mkdtemp(join(tmpdir(), "footfall-gallery-"));
  });
  afterAll(async () => {
    stopFindingFaces();
    await rm(gallery, { recursive: true });
  });

  test("finds the faces of a real picture, where they are", async () => {
    const { engine, faces } = await localRecogniser(undefined).recognise(await readPicture(await photograph(3)));
    expect(engine).toBe("local");
    expect(faces).toHaveLength(3);
    for (const { name, box } of faces) {
      expect(name).toBeNull();
      expect(box.left).toBeGreaterThan(0);
      expect(box.top + box.height).toBeLessThan(0.7);
    }
  });

  test("finds none in a real picture without a face", async () => {
    const bytes = await photograph(4);
    const { width, height } = await sharp(bytes).metadata();
    const legs = await sharp(bytes)
      .extract({ left: 0, top: Math.round(height / 2), width, height: Math.floor(height / 2) })
      .png()
      .toBuffer();
    expect((await localRecogniser(undefined).recognise(await readPicture(legs))).faces).toEqual([]);
  });

  test("names who is in the gallery and nobody else, a person a file or a folder", async () => {
    const known = await photograph(3);
    const [first, second] = await findFaces(await readPicture(known));
    if (!first || !second) throw new Error("no faces to enrol");
    await writeFile(join(gallery, "ada-lovelace.jpg"), await portrait(known, first.box));
    await mkdir(join(gallery, "Grace Hopper"));
    await writeFile(
      join(gallery, "Grace Hopper", "1.webp"),
      await sharp(await portrait(known, second.box))
        .webp()
        .toBuffer(),
    );
    await writeFile(join(gallery, "Grace Hopper", "broken.jpg"), "no picture at all");

    const recogniser = localRecogniser(gallery);
    const names = (await recogniser.recognise(await readPicture(known))).faces.map((face) => face.name);
    expect(names).toHaveLength(3);
    expect(names).toEqual(expect.arrayContaining(["Ada Lovelace", "Grace Hopper", null]));
    const strangers = await recogniser.recognise(await readPicture(await photograph(5)));
    expect(strangers.faces.length).toBeGreaterThan(2);
    expect(strangers.faces.every((face) => face.name === null)).toBe(true);
  });

  test("starts again after it was stopped", async () => {
    stopFindingFaces();
    expect(await findFaces(await readPicture(await photograph(3)))).toHaveLength(3);
  });

  test("refuses more than it can hold, and answers the rest", async () => {
    const picture = await readPicture(
      await sharp({ create: { width: 64, height: 64, channels: 3, background: "#484" } })
        .png()
        .toBuffer(),
    );
    const answers = await Promise.allSettled(Array.from({ length: 10 }, async () => findFaces(picture)));
    expect(answers.filter((answer) => answer.status === "fulfilled")).toHaveLength(8);
    for (const answer of answers) if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "unavailable" });
  });
});

describe("a picture that is sent", { timeout: 30 * SECONDS }, () => {
  const plain = () => sharp({ create: { width: 30, height: 20, channels: 4, background: "#f008" } });

  test.each(["jpeg", "png", "webp"] as const)("is read as %s", async (format) => {
    const { width, height, rgb } = await readPicture(await plain().toFormat(format).toBuffer());
    expect({ width, height, bytes: rgb.length }).toEqual({ width: 30, height: 20, bytes: 30 * 20 * 3 });
  });

  test("stands upright and is no larger than the model needs", async () => {
    const lying = await sharp({ create: { width: 3000, height: 1500, channels: 3, background: "#fff" } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(await readPicture(lying)).toMatchObject({ width: 512, height: 1024 });
  });

  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ["nothing", () => new Uint8Array(), "Choose a picture."],
    ["text with a picture's name", () => Buffer.from("hello"), "not a JPEG"],
    ["a GIF", () => plain().gif().toBuffer(), "not a JPEG"],
    ["an SVG", () => Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), "not a JPEG"],
    ["a JPEG that is cut off", async () => (await photograph(1)).subarray(0, 20_000), "cannot be read"],
    ["only the first bytes of a PNG", () => Buffer.from("\x89PNG\r\n\x1a\nrubbish", "latin1"), "cannot be read"],
    ["a WebP of rubbish", () => Buffer.from("RIFF\x10\0\0\0WEBPVP8 rubbish", "latin1"), "cannot be read"],
    ["more than 5 MB", () => Buffer.concat([Buffer.from("\xff\xd8\xff", "latin1"), Buffer.alloc(5 * 1024 * 1024)]), "larger than 5 MB"],
    [
      "a small file with a huge picture in it",
      () =>
        sharp({ create: { width: 7_200, height: 7_200, channels: 3, background: "#000" } })
          .png()
          .toBuffer(),
      "50 million pixels",
    ],
  ])("is refused kindly: %s", async (_, bytes, message) => {
    await expect(Promise.resolve(bytes()).then(readPicture)).rejects.toMatchObject({
      field: "picture",
      message: expect.stringContaining(message),
    });
  });
});

test.each([
  ["ada-lovelace.jpg", "Ada Lovelace"],
  ["Grace Hopper", "Grace Hopper"],
  ["katherine_johnson.WEBP", "Katherine Johnson"],
])("a gallery's %s is %s", (file, name) => {
  expect(personName(file)).toBe(name);
});
