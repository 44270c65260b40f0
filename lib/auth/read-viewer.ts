import { cache } from "react";
import type { Gender } from "../capture/event";
import { auth } from "./auth";
import type { Role } from "./session-claims";

/** Who is signed in, as the session says. Good enough to greet someone; rights are asked of `requireRole`. */
export interface Viewer {
  accountId: string;
  /** Name and surname. */
  name: string;
  email: string;
  gender: Gender;
  role: Role;
}

/** Who is signed in on the running request, or null. Read once a request. */
export const readViewer = cache(async (): Promise<Viewer | null> => {
  const user = (await auth())?.user;
  if (!user?.id || !user.role || !user.gender) return null;
  return { accountId: user.id, name: user.name ?? "", email: user.email ?? "", gender: user.gender, role: user.role };
});
