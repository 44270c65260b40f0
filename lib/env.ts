import { z } from "zod";
import { AppError } from "./app-error";

const blankAsUnset = (value: unknown) => (value === "" ? undefined : value);
const optionalText = z.preprocess(blankAsUnset, z.string().optional());

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Every setting the product reads, in one place; `.env.example` explains each to a person. */
const Env = z.object({
  DATABASE_URL: z.preprocess(
    blankAsUnset,
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must start with postgresql://")
      .optional(),
  ),
  PORT: z.preprocess(blankAsUnset, z.coerce.number().int().min(1).max(65535).default(3000)),
  FOOTFALL_DATA_DIR: optionalText,
  OWNER_EMAIL: z.preprocess(blankAsUnset, z.email().optional()),
  OWNER_PASSWORD: z.preprocess(blankAsUnset, z.string().min(10, "must have at least 10 characters").optional()),
  AUTH_SECRET: z.preprocess(blankAsUnset, z.string().min(32, "must have at least 32 characters").optional()),
  FOOTFALL_TIMEZONE: z.preprocess(
    blankAsUnset,
    z.string().refine(isTimeZone, "must be an IANA time zone such as Europe/Vienna").default("UTC"),
  ),
  FOOTFALL_IDENTITY: z.preprocess(blankAsUnset, z.enum(["cookie", "cookieless"]).default("cookie")),
  TRUSTED_PROXIES: z.preprocess(blankAsUnset, z.string().default("")),
  CRON_SECRET: z.preprocess(blankAsUnset, z.string().min(16, "must have at least 16 characters").optional()),
  METRICS_TOKEN: z.preprocess(blankAsUnset, z.string().min(16, "must have at least 16 characters").optional()),
  LAUNCHES_URL: z.preprocess(blankAsUnset, z.url().default("https://ll.thespacedevs.com/2.3.0/launches/upcoming/")),
  FOOTFALL_GALLERY_DIR: optionalText,
  FOOTFALL_SPOOL_DIR: optionalText,
  FOOTFALL_SPOOL_MB: z.preprocess(blankAsUnset, z.coerce.number().positive().max(100_000).default(256)),
  FOOTFALL_BUFFER_EVENTS: z.preprocess(blankAsUnset, z.coerce.number().int().min(100).max(1_000_000).default(20_000)),
  FOOTFALL_COLLECT_MB: z.preprocess(blankAsUnset, z.coerce.number().min(0).max(1_000_000).default(20)),
  FOOTFALL_CHAOS: z.preprocess(blankAsUnset, z.enum(["short", "long"]).default("short")),
  FOOTFALL_READING: z.preprocess(blankAsUnset, z.enum(["short", "long"]).default("short")),
  FOOTFALL_TEST_ROUTES: z.preprocess(blankAsUnset, z.enum(["0", "1"]).default("0")),
  FOOTFALL_BEACON_PATH: z.preprocess(
    blankAsUnset,
    z
      .string()
      .regex(/^\/api\/(note|collect)(\/[\w-]+)*$/, "must be /api/note, or that with a name of yours behind it")
      .default("/api/note"),
  ),
  AWS_ACCESS_KEY_ID: optionalText,
  AWS_REGION: optionalText,
  VERCEL: optionalText,
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
  LOG_LEVEL: z.preprocess(blankAsUnset, z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info")),
  /** Where `npm run` was called: files are named from there. */
  INIT_CWD: optionalText,
});

export type Env = z.infer<typeof Env>;

/** The names of all settings. */
export const SETTING_NAMES = Object.keys(Env.shape);

/** Parses an environment. Throws an AppError that names the first variable at fault. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const parsed = Env.safeParse(source);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? "environment");
  throw new AppError("invalid", `${name}: ${issue?.message ?? "is not valid"}. See .env.example.`, { field: name });
}

let cached: Env | undefined;

/** The settings of this process, parsed once, at first use. The only reader of `process.env`. */
export function env(): Env {
  cached ??= parseEnv(process.env);
  return cached;
}

/** Sets variables for this process and those it starts, and has the settings read anew. */
export function setEnv(values: Record<string, string>): void {
  Object.assign(process.env, values);
  cached = undefined;
}

/** The whole environment, for a process that is started with it. */
export const inheritedEnv = (extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({ ...process.env, ...extra });
