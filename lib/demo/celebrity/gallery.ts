import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { type FoundFace, findFaces } from "./find-faces";
import { PICTURE_BYTES_MAX, readPicture } from "./read-picture";

/** Someone enrolled: one descriptor for each of their pictures. */
export interface Person {
  name: string;
  descriptors: number[][];
}

interface Portrait {
  name: string;
  path: string;
}

const PORTRAITS_MAX = 200;
const IS_PICTURE = /\.(jpe?g|png|webp)$/i;

/** `ada-lovelace`, `Ada_Lovelace.jpg` → Ada Lovelace: the name a file or folder gives a person. */
export function personName(file: string): string {
  const words = (IS_PICTURE.test(file) ? basename(file, extname(file)) : file).split(/[\s_-]+/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}

async function listPortraits(folder: string): Promise<Portrait[]> {
  const portraits: Portrait[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name))) {
    if (entry.isDirectory()) {
      for (const file of await readdir(join(folder, entry.name))) {
        if (IS_PICTURE.test(file)) portraits.push({ name: personName(entry.name), path: join(folder, entry.name, file) });
      }
    } else if (IS_PICTURE.test(entry.name)) portraits.push({ name: personName(entry.name), path: join(folder, entry.name) });
  }
  return portraits.slice(0, PORTRAITS_MAX);
}

const area = ({ box }: FoundFace) => box.width * box.height;

/** By path: what was seen on a portrait, and of which version of the file. */
const seen = new Map<string, { version: string; descriptor: number[] | null }>();

async function describePortrait(path: string): Promise<number[] | null> {
  const { size, mtimeMs } = await stat(path);
  const version = `${size} ${mtimeMs}`;
  const known = seen.get(path);
  if (known?.version === version) return known.descriptor;
  seen.set(path, { version, descriptor: null }); // one that cannot be read is told of once, not at every picture
  if (size > PICTURE_BYTES_MAX) throw new Error("larger than 5 MB");
  const faces = await findFaces(await readPicture(await readFile(path)));
  const largest = faces.sort((a, b) => area(b) - area(a))[0];
  seen.set(path, { version, descriptor: largest?.descriptor ?? null });
  return largest?.descriptor ?? null;
}

/**
 * The people of a gallery folder: one picture a person, or one folder of pictures. Of each picture its largest face counts. A picture is
 * looked at once, and again when its file changes; one that cannot be read is left out and told of in the log. At most 200 pictures.
 */
export async function readGallery(folder: string): Promise<Person[]> {
  const people = new Map<string, Person>();
  for (const { name, path } of await listPortraits(folder)) {
    try {
      const descriptor = await describePortrait(path);
      if (!descriptor) continue;
      const person = people.get(name) ?? { name, descriptors: [] };
      person.descriptors.push(descriptor);
      people.set(name, person);
    } catch (error) {
      console.warn(`Gallery: ${path} is left out: ${error instanceof Error ? error.message : error}`);
    }
  }
  return [...people.values()];
}
