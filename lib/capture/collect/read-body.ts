import { AppError } from "../../app-error";
import { within } from "../within";

const PATIENCE_MS = 10_000;

/** A request's body as text, given up at `maxBytes` or after ten seconds. Throws AppError `too-large` or `invalid`. */
export async function readBody(request: Request, maxBytes: number): Promise<{ text: string; bytes: number }> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const readAll = async () => {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      bytes += part.value.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      chunks.push(part.value);
    }
  };
  try {
    await within(PATIENCE_MS, readAll());
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)), bytes };
  } catch (error) {
    reader?.cancel().catch(() => undefined);
    if (error instanceof AppError) throw error;
    throw new AppError("invalid", "The body did not arrive whole and in UTF-8.", { cause: error });
  }
}

const tooLarge = (maxBytes: number) =>
  new AppError("too-large", `The body is larger than ${maxBytes / 1024} kB. Send fewer events at a time.`);
