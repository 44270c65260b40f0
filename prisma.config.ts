import { defineConfig } from "prisma/config";

// The CLI insists on a native schema engine that is not on the npm registry; naming any executable stops the download.
// Migrations run through Prisma's own engine as WebAssembly instead (lib/db/migrate.ts).
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({ schema: "prisma/schema.prisma", migrations: { path: "prisma/migrations" } });
