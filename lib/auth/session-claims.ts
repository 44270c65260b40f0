import { randomUUID } from "node:crypto";
import { z } from "zod";
import { GENDERS } from "../capture/event";
import type { Account } from "../db/generated/client";

export const ROLES = ["owner", "admin", "viewer", "member"] as const;
export type Role = (typeof ROLES)[number];

/** What a session's encrypted token says. `sub` is the account's id. */
export const SessionClaims = z.object({
  sub: z.uuid(),
  /** Name and surname. */
  name: z.string(),
  email: z.string(),
  gender: z.enum(GENDERS),
  role: z.enum(ROLES),
  /** Milliseconds since 1970: a session older than the account's last password change is over. */
  passwordChangedAt: z.number(),
  /** The session's own id: what is noted when somebody signs out of it. */
  sid: z.uuid(),
  /** Milliseconds since 1970. Each reading of the token over NextAuth's own address makes one that lasts longer; the session does not. */
  endsAt: z.number(),
});
export type SessionClaims = z.infer<typeof SessionClaims>;

export const SESSION_S = 7 * 24 * 60 * 60;

/** The claims a session of that account starts with. */
export const claimsOf = (account: Account, now: Date): SessionClaims => ({
  sub: account.id,
  name: fullName(account),
  email: account.email,
  gender: account.gender,
  role: account.role,
  passwordChangedAt: account.passwordChangedAt.getTime(),
  sid: randomUUID(),
  endsAt: now.getTime() + SESSION_S * 1_000,
});

/** How a person is shown and how events label them. */
export const fullName = (person: { name: string; surname: string }): string => `${person.name} ${person.surname}`.trim();
