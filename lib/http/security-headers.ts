export type SecurityContext = {
  /** Names the scripts of one response; made anew for each. */
  nonce: string;
  /** Whether the browser came over https. */
  https: boolean;
  /** React and hot reload evaluate code and talk over a socket, in development only. */
  development?: boolean;
};

const YEAR_S = 365 * 24 * 60 * 60;

/**
 * The policy of one page: scripts run when they carry the nonce, or are loaded by one that does; nothing else is run, framed, or sent
 * elsewhere. Styles may stand inline: Mantine and Chart.js set them, and they run nothing.
 */
export function contentSecurityPolicy({ nonce, https, development = false }: SecurityContext): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self'${development ? " ws: wss:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(https ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

/** The headers that every response carries, by name. */
export function securityHeaders(context: SecurityContext): Record<string, string> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(context),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ...(context.https && { "Strict-Transport-Security": `max-age=${YEAR_S}` }),
  };
}
