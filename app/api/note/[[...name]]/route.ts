import { POST as collect, OPTIONS as preflight } from "../../collect/route";

export const dynamic = "force-dynamic";

/** The door of /api/collect under a name that no blocker's list knows; anything may follow it, for a site that wants a name of its own. */
export const POST = collect;
export const OPTIONS = preflight;
