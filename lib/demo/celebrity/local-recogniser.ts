import { env } from "../../env";
import { findFaces } from "./find-faces";
import { type Person, readGallery } from "./gallery";
import type { Recogniser } from "./recogniser";

// Two descriptors nearer than this are taken for one person; the model's authors call 0.6 the border, naming a stranger is worse than naming nobody.
const SAME_PERSON = 0.45;

const distance = (a: number[], b: number[]) => Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));

function nearest(descriptor: number[], people: Person[]): { name: string; confidence: number } | null {
  const ranked = people
    .map(({ name, descriptors }) => ({ name, distance: Math.min(...descriptors.map((other) => distance(descriptor, other))) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance < SAME_PERSON ? { name: best.name, confidence: 1 - best.distance } : null;
}

/** Finds faces on this machine, and names those who are in the gallery folder. Nothing leaves the server. */
export function localRecogniser(galleryFolder: string | undefined = env().FOOTFALL_GALLERY_DIR): Recogniser {
  return {
    engine: "local",
    async recognise(picture) {
      const found = await findFaces(picture);
      const people = found.length > 0 && galleryFolder ? await readGallery(galleryFolder) : [];
      return {
        engine: "local",
        faces: found.map(({ box, descriptor }) => {
          const person = nearest(descriptor, people);
          return { box, name: person?.name ?? null, confidence: person?.confidence ?? null, links: [] };
        }),
      };
    },
  };
}
