import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { AppError } from "../../app-error";
import type { Picture } from "./read-picture";
import type { FaceBox } from "./recogniser";

/** A face as the model sees it: 128 numbers that are near each other for pictures of one person. */
export interface FoundFace {
  box: FaceBox;
  score: number;
  descriptor: number[];
}

type Answer = { id: number; faces: FoundFace[] } | { id: number; error: string };
interface Waiting {
  resolve(faces: FoundFace[]): void;
  reject(error: Error): void;
}

const WORKER_FILE = join(process.cwd(), "lib/demo/celebrity/face-worker.mjs");
const WAITING_MAX = 8;
const ANSWER_MS = 30_000;
const IDLE_MS = 120_000;

/** none → running (first picture) → none (nothing to do for two minutes, a failure, or no answer in time). */
let worker: Worker | null = null;
let nextId = 0;
const waiting = new Map<number, Waiting>();
let deadline: ReturnType<typeof setTimeout> | undefined;

/** Ends the thread and lets everyone who waits for it know. It is started anew by the next picture. */
export function stopFindingFaces(reason = "The recogniser was stopped."): void {
  clearTimeout(deadline);
  const ended = worker;
  worker = null;
  ended?.removeAllListeners();
  ended?.on("error", () => {}); // it is being ended: what it still has to say is of no use
  void ended?.terminate();
  for (const { reject } of waiting.values()) reject(new AppError("unavailable", reason));
  waiting.clear();
}

function watch(): void {
  clearTimeout(deadline);
  const busy = waiting.size > 0;
  deadline = setTimeout(() => stopFindingFaces("The recogniser took too long. Please try again."), busy ? ANSWER_MS : IDLE_MS);
  deadline.unref();
  if (!busy) worker?.unref();
}

function startWorker(): Worker {
  // Not `new Worker(…)`: a bundler would follow that and rewrite the file, which must run as it is.
  const started: Worker = Reflect.construct(Worker, [WORKER_FILE]);
  started.on("message", (answer: Answer) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("faces" in answer) one?.resolve(answer.faces);
    else one?.reject(new AppError("unavailable", "The recogniser failed on this picture.", { cause: answer.error }));
    watch();
  });
  started.on("error", (error) => {
    console.error(error);
    stopFindingFaces("The recogniser failed. Please try again.");
  });
  return started;
}

/** The faces of a picture, the surest first. Throws AppError `unavailable` when too many pictures wait already or it takes too long. */
export function findFaces({ width, height, rgb }: Picture): Promise<FoundFace[]> {
  if (waiting.size >= WAITING_MAX) throw new AppError("unavailable", "Many pictures are waiting just now. Please try again in a moment.");
  return new Promise((resolve, reject) => {
    worker ??= startWorker();
    worker.ref();
    const id = nextId++;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, width, height, rgb });
    watch();
  });
}
