import type { EventKind } from "@/lib/capture/event";

/** Kinds of events in the words people read. */
export const KIND_WORDS: Record<EventKind, string> = {
  view: "View",
  action: "Form",
  register: "Registered",
  login: "Signed in",
  logout: "Signed out",
  ping: "Heartbeat",
};
