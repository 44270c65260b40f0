/** Whether a browser takes the connection for a secure one: https, also in front of a proxy, or this machine. `protocol` is that of the request's URL. */
export const isSecure = (headers: Headers, protocol: string): boolean =>
  protocol === "https:" ||
  headers.get("x-forwarded-proto")?.startsWith("https") === true ||
  // Not the URL's own host: that is the one the server listens on.
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(headers.get("host") ?? "");
