import type { Picture } from "./read-picture";

export const ENGINES = {
  rekognition: "Amazon Rekognition",
  local: "the recogniser on this server",
} as const;
export type Engine = keyof typeof ENGINES;

/** Where a face is, as fractions of the picture's width and height. */
export interface FaceBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** One face of a picture; `name` is null when nobody known looks like that, `confidence` is from 0 to 1. */
export interface Face {
  box: FaceBox;
  name: string | null;
  confidence: number | null;
  /** Where to read more about them. */
  links: string[];
}

/** What an engine says of a picture. */
export interface Recognition {
  engine: Engine;
  faces: Face[];
}

/** Finds the faces of a picture and names those it knows. Throws AppError `unavailable` when it cannot answer now. */
export interface Recogniser {
  engine: Engine;
  recognise(picture: Picture): Promise<Recognition>;
}
