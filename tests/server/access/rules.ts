/** Who may use a door: everybody, whoever has at least that role, or no account at all but the holder of a secret of its own. */
export type Rule = "public" | "viewer" | "admin" | "owner" | "secret";

/**
 * The access rule of every route, page and server action. Whatever stands on disk and not here fails the test, and so does what stands here
 * and not on disk.
 */
export const RULES: Record<string, Rule> = {
  "GET /api/auth/[...nextauth]": "public",
  "POST /api/auth/[...nextauth]": "public",
  "POST /api/collect": "public",
  "POST /api/note/[[...name]]": "public",
  "GET /api/health": "public",
  "GET /api/ready": "public",
  "GET /api/malformed": "public",
  "POST /api/malformed": "public",
  "PUT /api/malformed": "public",
  "PATCH /api/malformed": "public",
  "DELETE /api/malformed": "public",
  "GET /api/metrics": "viewer",
  "GET /api/metrics/feed": "viewer",
  "GET /api/metrics/stream": "viewer",
  "GET /api/metrics/prometheus": "viewer",
  "GET /api/pipeline/runs": "viewer",
  "GET /api/cron/pipeline": "secret",
  "GET /dashboard/pipeline/files": "viewer",
  "GET /dashboard/export/report": "viewer",
  "GET /dashboard/export/person": "admin",
  "GET /dashboard/export/rows": "viewer",
  "GET /dashboard/export/series": "viewer",
  "GET /dashboard/export/table": "viewer",
  "page /": "public",
  "page /celebrity": "public",
  "page /house-price": "public",
  "page /launches": "public",
  "page /launches/[slug]": "public",
  "page /login": "public",
  "page /logout": "public",
  "page /register": "public",
  "page /test/error": "public",
  "page /dashboard": "viewer",
  "page /dashboard/definitions": "viewer",
  "page /dashboard/numbers": "viewer",
  "page /dashboard/pipeline": "viewer",
  "page /dashboard/quality": "viewer",
  "page /dashboard/rows": "viewer",
  "page /dashboard/settings": "viewer",
  "page /dashboard/visitors": "viewer",
  "page /dashboard/visitors/address": "viewer",
  "app/dashboard/pipeline/actions.ts startRuns": "admin",
  "app/dashboard/pipeline/actions.ts cancel": "admin",
  "app/dashboard/settings/_components/actions.ts saveSettings": "admin",
  "app/dashboard/settings/_components/erase-person.ts erasePersonByForm": "owner",
  "app/dashboard/settings/_components/set-password.ts setPassword": "viewer",
  "app/(site)/celebrity/actions.ts recognisePicture": "public",
  "app/(site)/house-price/actions.ts priceHouse": "public",
  "app/(site)/login/actions.ts logIn": "public",
  "app/(site)/logout/actions.ts logOut": "public",
  "app/(site)/register/actions.ts register": "public",
};

/** What a door needs in its query to answer a permitted request with 200. */
export const QUERIES: Record<string, string> = {
  "/dashboard/rows": "?metric=actions",
  "/dashboard/export/person": "?person=owner@example.com",
  "/dashboard/export/rows": "?metric=actions",
};
