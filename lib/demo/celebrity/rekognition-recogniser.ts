import type { BoundingBox } from "@aws-sdk/client-rekognition";
import { AppError } from "../../app-error";
import { env } from "../../env";
import { encodePicture } from "./read-picture";
import type { FaceBox, Recogniser } from "./recogniser";

const DEFAULT_REGION = "us-east-1";
const ANSWER_MS = 15_000;
const SIDE_MAX = 1024;

const toBox = ({ Left = 0, Top = 0, Width = 0, Height = 0 }: BoundingBox = {}): FaceBox => ({
  left: Left,
  top: Top,
  width: Width,
  height: Height,
});

/** Asks Amazon Rekognition. The SDK finds the credentials in the environment by itself. */
export function rekognitionRecogniser(): Recogniser {
  return {
    engine: "rekognition",
    async recognise(picture) {
      // Loaded when first asked: most sites never do.
      const { RecognizeCelebritiesCommand, RekognitionClient } = await import("@aws-sdk/client-rekognition");
      const client = new RekognitionClient({ region: env().AWS_REGION ?? DEFAULT_REGION, maxAttempts: 2 });
      try {
        const image = { Bytes: await encodePicture(picture, SIDE_MAX, 90) };
        const answer = await client.send(new RecognizeCelebritiesCommand({ Image: image }), {
          abortSignal: AbortSignal.timeout(ANSWER_MS),
        });
        const known = (answer.CelebrityFaces ?? []).map(({ Name, MatchConfidence, Urls, Face }) => ({
          box: toBox(Face?.BoundingBox),
          name: Name ?? null,
          confidence: MatchConfidence === undefined ? null : MatchConfidence / 100,
          links: (Urls ?? []).map((url) => (/^https?:\/\//.test(url) ? url : `https://${url}`)),
        }));
        const unknown = (answer.UnrecognizedFaces ?? []).map(({ BoundingBox }) => ({
          box: toBox(BoundingBox),
          name: null,
          confidence: null,
          links: [],
        }));
        return { engine: "rekognition", faces: [...known, ...unknown] };
      } catch (error) {
        console.error(error);
        throw new AppError("unavailable", "Amazon Rekognition did not answer. Please try again later.", { cause: error });
      } finally {
        client.destroy();
      }
    },
  };
}
