import { ensureBuild } from "../../lib/cli/app/ensure-build";

/** Playwright's global set-up: the browser tests run against a production build of the sources as they are. */
export default async function buildOnce(): Promise<void> {
  await ensureBuild((step) => console.log(`  ${step} …`));
}
