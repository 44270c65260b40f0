import sharp from "sharp";
import { AppError } from "../../app-error";

export const PICTURE_BYTES_MAX = 5 * 1024 * 1024;
const PIXELS_MAX = 50_000_000;
const DECODE_S = 15;
const SIDE_MAX = 1024;

/** A picture that was decoded: upright, at most 1024 pixels a side, without transparency. */
export interface Picture {
  width: number;
  height: number;
  /** Three bytes a pixel, row by row. */
  rgb: Uint8Array;
}

const FORMATS = { jpeg: "jpeg", png: "png", webp: "webp" } as const;
type Format = keyof typeof FORMATS;

const startsWith = (bytes: Uint8Array, offset: number, expected: string) =>
  Buffer.from(bytes.subarray(offset, offset + expected.length)).toString("latin1") === expected;

/** The format that a file's first bytes tell, whatever its name says. */
function formatOf(bytes: Uint8Array): Format | null {
  if (startsWith(bytes, 0, "\xff\xd8\xff")) return "jpeg";
  if (startsWith(bytes, 0, "\x89PNG\r\n\x1a\n")) return "png";
  if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) return "webp";
  return null;
}

const refuse = (message: string, cause?: unknown) => new AppError("invalid", message, { field: "picture", cause });

/**
 * Decodes a JPEG, PNG or WebP picture of up to 5 MB and 50 megapixels. Throws AppError (field `picture`) that tells a person what is
 * wrong with the file. The size of the picture is read before any pixel is, so a small file cannot unfold into a huge one.
 */
export async function readPicture(bytes: Uint8Array): Promise<Picture> {
  if (bytes.length === 0) throw refuse("Choose a picture.");
  if (bytes.length > PICTURE_BYTES_MAX) throw new AppError("too-large", "This picture is larger than 5 MB.", { field: "picture" });
  const format = formatOf(bytes);
  if (!format) throw refuse("This is not a JPEG, PNG or WebP picture.");

  const image = sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: "error", pages: 1 }).timeout({ seconds: DECODE_S });
  try {
    const { width, height } = await image.metadata();
    if (width * height > PIXELS_MAX) throw refuse("This picture has more than 50 million pixels. Please send a smaller one.");
    const { data, info } = await image
      .autoOrient()
      .resize({ width: SIDE_MAX, height: SIDE_MAX, fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#fff" })
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`decoded to ${info.channels} channels`);
    return { width: info.width, height: info.height, rgb: data };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof Error && /pixel limit/i.test(error.message)) {
      throw refuse("This picture has more than 50 million pixels. Please send a smaller one.", error);
    }
    throw refuse("This picture cannot be read: the file seems to be damaged or cut off.", error);
  }
}

/** The picture again as a JPEG file, at most `side` pixels a side. */
export function encodePicture({ width, height, rgb }: Picture, side: number, quality: number): Promise<Buffer> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality })
    .toBuffer();
}
