import { checkAuthSecret } from "../auth/auth-secret";
import { env } from "../env";
import { shutDownGracefully } from "./graceful-shutdown";
import { SERVER_PARTS } from "./parts";
import { releaseRenders } from "./release-renders";
import { runParts } from "./run-parts";

const slot = Symbol.for("footfall.lifecycle");
type Holder = { [slot]?: boolean };

/** Starts everything that belongs to a server process, once. Not while building, and not where a platform owns the process. */
export async function startServer(): Promise<void> {
  const holder = globalThis as Holder;
  if (holder[slot] || process.env.NEXT_PHASE === "phase-production-build" || env().VERCEL) return;
  holder[slot] = true;
  refuseWithoutSecret();
  releaseRenders();
  const parts = await runParts(SERVER_PARTS);
  if (env().NODE_ENV === "production") shutDownGracefully(parts);
  else process.once("SIGTERM", () => void parts.stop()); // the development server has its own way to end
}

/** A server started without `npm start`, as in a container, has nobody who makes up a secret for it. */
function refuseWithoutSecret(): void {
  try {
    checkAuthSecret(env().AUTH_SECRET, { mayGenerate: env().NODE_ENV !== "production" });
  } catch (error) {
    process.stderr.write(`footfall: ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
