/** Who may use a door: everybody, or whoever has at least that role. */
export type Rule = "public" | "viewer" | "admin" | "owner";

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
  "GET /api/metrics": "viewer",
  "GET /api/metrics/feed": "viewer",
  "GET /api/metrics/stream": "viewer",
  "GET /api/metrics/prometheus": "viewer",
  "GET /dashboard/export/report": "viewer",
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
  "page /dashboard": "viewer",
  "page /dashboard/definitions": "viewer",
  "page /dashboard/numbers": "viewer",
  "page /dashboard/rows": "viewer",
  "app/(site)/celebrity/actions.ts recognisePicture": "public",
  "app/(site)/house-price/actions.ts priceHouse": "public",
  "app/(site)/login/actions.ts logIn": "public",
  "app/(site)/logout/actions.ts logOut": "public",
  "app/(site)/register/actions.ts register": "public",
};

/** What a door needs in its query to answer a permitted request with 200. */
export const QUERIES: Record<string, string> = {
  "/dashboard/rows": "?metric=actions",
  "/dashboard/export/rows": "?metric=actions",
};
