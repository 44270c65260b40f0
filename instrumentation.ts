/** Next calls this once in each process that serves. What a server starts and stops stands in lib/lifecycle/parts.ts. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return; // inlined at build time: keeps Node's modules out of other bundles
  const { startServer } = await import("./lib/lifecycle/start-server");
  await startServer();
}
