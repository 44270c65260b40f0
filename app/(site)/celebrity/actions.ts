"use server";

import { AppError } from "@/lib/app-error";
import { markOutcome } from "@/lib/capture/outcome";
import { chooseRecogniser } from "@/lib/demo/celebrity/choose-recogniser";
import { encodePicture, PICTURE_BYTES_MAX, readPicture } from "@/lib/demo/celebrity/read-picture";
import type { Recognition } from "@/lib/demo/celebrity/recogniser";
import { beginAction } from "@/lib/http/begin-action";
import { asForm, type FormState, nextAttempt, problemOf, refusal } from "../_components/form-state";

const SHOWN_SIDE = 640;
const SHOWN_QUALITY = 70;

export interface CelebrityState extends FormState {
  recognition: Recognition | null;
  /** The picture once more, small, as a data URL. */
  picture: { url: string; width: number; height: number } | null;
}

async function readUpload(sent: unknown): Promise<Uint8Array> {
  const upload = asForm(sent).get("picture");
  if (!(upload instanceof File)) return new Uint8Array();
  if (upload.size > PICTURE_BYTES_MAX) throw new AppError("too-large", "This picture is larger than 5 MB.", { field: "picture" });
  return new Uint8Array(await upload.arrayBuffer());
}

/** Says who is on the picture that was sent; or what is wrong with it. */
export async function recognisePicture(previous: CelebrityState, form: FormData): Promise<CelebrityState> {
  await beginAction(previous, form);
  try {
    const picture = await readPicture(await readUpload(form));
    const recognition = await chooseRecogniser().recognise(picture);
    const shown = await encodePicture(picture, SHOWN_SIDE, SHOWN_QUALITY);
    await markOutcome({ outcome: "success" });
    return {
      attempt: nextAttempt(previous),
      message: null,
      errors: {},
      values: {},
      recognition,
      picture: { url: `data:image/jpeg;base64,${shown.toString("base64")}`, width: picture.width, height: picture.height },
    };
  } catch (error) {
    await markOutcome({ outcome: "error" });
    if (!(error instanceof AppError)) throw error;
    return { ...refusal(previous, {}, problemOf(error)), recognition: null, picture: null };
  }
}
