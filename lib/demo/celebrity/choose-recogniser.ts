import { env } from "../../env";
import { localRecogniser } from "./local-recogniser";
import type { Recogniser } from "./recogniser";
import { rekognitionRecogniser } from "./rekognition-recogniser";

/** Amazon Rekognition where the environment has AWS credentials, else the recogniser on this machine. */
export const chooseRecogniser = (): Recogniser => (env().AWS_ACCESS_KEY_ID ? rekognitionRecogniser() : localRecogniser());
