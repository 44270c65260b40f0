// The thread that looks for faces: seconds of arithmetic that the server's own thread must not wait for. Plain JavaScript, for it is
// loaded from this file by the running server. In: {id, width, height, rgb}. Out: {id, faces} or {id, error}.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import vm from "node:vm";
import { parentPort } from "node:worker_threads";

const MIN_SCORE = 0.5;
const FACES_MAX = 20;

const require = createRequire(import.meta.url);
const library = dirname(require.resolve("@vladmandic/face-api/package.json"));
const wasm = dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json"));

/** Answers what the library "downloads" from the disk: its models and the WebAssembly code. */
async function fetchFromDisk(address) {
  const path = String(address).replace(/^file:(\/\/)?/, "");
  return new Response(await readFile(path), {
    headers: { "content-type": path.endsWith(".wasm") ? "application/wasm" : "application/octet-stream" },
  });
}

/**
 * The library's builds for Node want native TensorFlow, or 300 MB of its JavaScript packages; its browser build holds all it needs. So that
 * build is run with names of its own for what a browser has, and none for what Node has.
 */
function loadLibrary() {
  const file = join(library, "dist/face-api.js");
  const document = {};
  const window = { document, fetch: fetchFromDisk };
  const names = {
    window,
    document,
    self: window,
    fetch: fetchFromDisk,
    location: {},
    process: undefined,
    require: undefined,
    module: undefined,
  };
  const run = vm.compileFunction(`${readFileSync(file, "utf8")}\nreturn faceapi;`, Object.keys(names), { filename: file });
  const faceapi = run(...Object.values(names));
  class None {}
  const create = () => {
    throw new Error("There is no canvas here.");
  };
  faceapi.env.setEnv({
    Canvas: None,
    CanvasRenderingContext2D: None,
    Image: None,
    ImageData: None,
    Video: None,
    createCanvasElement: create,
    createImageElement: create,
    createVideoElement: create,
    fetch: fetchFromDisk,
  });
  return faceapi;
}

async function prepare() {
  const faceapi = loadLibrary();
  const { tf, nets } = faceapi;
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false); // its threads are a browser's
  tf.setWasmPaths(`${join(wasm, "dist")}/`);
  if (!(await tf.setBackend("wasm"))) throw new Error("WebAssembly could not be started.");
  for (const net of [nets.ssdMobilenetv1, nets.faceLandmark68Net, nets.faceRecognitionNet])
    await net.loadFromUri(`file://${join(library, "model")}`);
  return faceapi;
}

const prepared = prepare();

async function findFaces({ width, height, rgb }) {
  const faceapi = await prepared;
  const tensor = faceapi.tf.tensor3d(rgb, [height, width, 3], "int32");
  try {
    const options = new faceapi.SsdMobilenetv1Options({ minConfidence: MIN_SCORE, maxResults: FACES_MAX });
    const found = await faceapi.detectAllFaces(tensor, options).withFaceLandmarks().withFaceDescriptors();
    return found.map(({ detection: { score, box }, descriptor }) => ({
      score,
      box: { left: box.x / width, top: box.y / height, width: box.width / width, height: box.height / height },
      descriptor: Array.from(descriptor),
    }));
  } finally {
    tensor.dispose();
  }
}

parentPort?.on("message", async ({ id, ...picture }) => {
  try {
    parentPort?.postMessage({ id, faces: await findFaces(picture) });
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) });
  }
});
