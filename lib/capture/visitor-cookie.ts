import { randomBytes } from "node:crypto";

/** The first-party cookie that tells one browser from another: opaque, unreadable to scripts, for a year. */
export const VISITOR_COOKIE = "ff_visitor";

const YEAR_S = 365 * 24 * 60 * 60;
/** 128 random bits in base64url: 21 free characters and one of four that end it. */
const SHAPE = /^[A-Za-z0-9_-]{21}[AQgw]$/;

export const makeVisitorId = (random: (size: number) => Buffer = randomBytes): string => random(16).toString("base64url");

/** The id that a cookie's value carries, or null when it is none of ours: someone else's form never becomes a visitor. */
export const parseVisitorId = (value: string | null | undefined): string | null => (value && SHAPE.test(value) ? value : null);

export const visitorCookieOptions = (secure: boolean) => ({ httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: YEAR_S }) as const;
