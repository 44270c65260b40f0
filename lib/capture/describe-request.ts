import { findBot } from "./bots";
import type { IgnoreReason } from "./reasons";

/** What can be seen of a request before it is answered. */
export type SeenRequest = {
  method: string;
  /** Header names in lower case. */
  header(name: string): string | null;
};

export type Description = { kind: "view" | "action" } | { ignored: IgnoreReason };

type Step = (request: SeenRequest) => Description | null;

/** What a request is, by the first step that knows. In the words of docs/metrics.md, "Events". */
export function describeRequest(request: SeenRequest): Description {
  for (const step of STEPS) {
    const description = step(request);
    if (description) return description;
  }
  return { ignored: "not-a-document" };
}

const STEPS: Step[] = [
  ignoreInnerRequests,
  recogniseFormPosts,
  ignoreOtherMethods,
  ignorePrefetches,
  ignoreRouterRequests,
  recogniseDocuments,
  recogniseDocumentsOfOldClients,
  recogniseMachines,
];

const FORM_METHODS = new Set(["POST", "PUT", "PATCH", "DELETE"]);

function ignoreInnerRequests({ header }: SeenRequest): Description | null {
  return header("x-footfall-inner") ? { ignored: "inner-request" } : null;
}

/** Also server actions that a script sends (`next-action`): for a person both are "I pressed the button". */
function recogniseFormPosts({ method }: SeenRequest): Description | null {
  return FORM_METHODS.has(method) ? { kind: "action" } : null;
}

function ignoreOtherMethods({ method }: SeenRequest): Description | null {
  return method === "GET" ? null : { ignored: "not-an-interaction" };
}

function ignorePrefetches({ header }: SeenRequest): Description | null {
  const purpose = `${header("sec-purpose") ?? ""} ${header("purpose") ?? ""} ${header("x-purpose") ?? ""} ${header("x-moz") ?? ""}`;
  const ahead = /prefetch|preview|prerender/i.test(purpose) || header("next-router-prefetch") || header("next-router-segment-prefetch");
  return ahead ? { ignored: "prefetch" } : null;
}

/** Next's router asks for data, once or several times a click; the beacon tells of the one view behind it. */
function ignoreRouterRequests({ header }: SeenRequest): Description | null {
  return header("rsc") || header("next-router-state-tree") || header("x-nextjs-data") ? { ignored: "client-navigation" } : null;
}

function recogniseDocuments({ header }: SeenRequest): Description | null {
  const destination = header("sec-fetch-dest");
  if (!destination) return null;
  return destination === "document" ? { kind: "view" } : { ignored: "not-a-document" };
}

/** Clients without fetch metadata (Safari before 16.4, plain HTTP hosts, tools): a page is what accepts HTML. */
function recogniseDocumentsOfOldClients({ header }: SeenRequest): Description | null {
  return /text\/html|application\/xhtml\+xml/i.test(header("accept") ?? "") ? { kind: "view" } : null;
}

/** Tools accept anything. Their request for a page is described as one, so that it is stored apart as a bot's and not lost. */
function recogniseMachines({ header }: SeenRequest): Description | null {
  return findBot(header("user-agent") ?? "") ? { kind: "view" } : null;
}
