import type { TestProject } from "vitest/node";
import { runApp } from "./run-app";

declare module "vitest" {
  interface ProvidedContext {
    /** A production server with a database of its own, which all files of the project share. */
    app: { url: string; databaseUrl: string; pid: number };
  }
}

/** vitest's global set-up: one built server for the run. */
export default async function setUp(project: TestProject) {
  const app = await runApp();
  project.provide("app", { url: app.url, databaseUrl: app.databaseUrl, pid: app.server.pid });
  return app.stop;
}
