import type { Gender } from "../capture/event";
import type { Role, SessionClaims } from "./session-claims";

declare module "next-auth" {
  interface User {
    /** Only right after a sign-in: what the new session's token will say. */
    claims?: SessionClaims;
    gender?: Gender;
    role?: Role;
    /** UTC milliseconds: of the password that the session was opened with. */
    passwordChangedAt?: number;
    /** The session's own id. */
    sid?: string;
  }
}
