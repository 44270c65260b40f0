import { randomBytes } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "../env";
import type { ServerPart } from "../lifecycle/part";
import { correctAnswers } from "./correct-answers";
import { screenRequest } from "./screen-request";
import { securityHeaders } from "./security-headers";

const CHANNEL = "http.server.request.start";

let unhook: (() => void) | null = null;

/**
 * Sets the security headers of every response of this process, whatever answers it: no route can forget them, and it costs no run of
 * middleware. Next reads the nonce for its own scripts from the request's policy header, the root layout from `x-nonce`; what a client
 * sent under these names is overwritten.
 */
export const securityPart: ServerPart = {
  name: "security headers",
  outlivesRequests: true,
  start() {
    unhook ??= hookRequests(env().NODE_ENV !== "production");
  },
  stop() {
    unhook?.();
    unhook = null;
  },
};

function hookRequests(development: boolean): () => void {
  const onStart = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    screenRequest(request);
    const nonce = randomBytes(16).toString("base64");
    const headers = securityHeaders({ nonce, https: cameOverHttps(request), development });
    request.headers["x-nonce"] = nonce;
    request.headers["content-security-policy"] = headers["Content-Security-Policy"];
    delete request.headers["content-security-policy-report-only"];
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    correctAnswers(request, response);
  };
  subscribe(CHANNEL, onStart);
  return () => unsubscribe(CHANNEL, onStart);
}

/** A client that claims https over plain http only gets stricter answers. */
const cameOverHttps = (request: IncomingMessage): boolean =>
  "encrypted" in request.socket || String(request.headers["x-forwarded-proto"] ?? "").startsWith("https");
