import { Agent, type IncomingMessage, request } from "node:http";
import { AppError } from "../../app-error";
import type { PageForm } from "./read-forms";

export interface Page {
  /** Path and query. */
  path: string;
  status: number;
  html: string;
}

export interface Answer {
  method: string;
  path: string;
  status: number;
  durationMs: number;
}

interface BrowserOptions {
  origin: string;
  agent: Agent;
  userAgent: string;
  language: string;
  /** Nothing new is asked for after it; what is under way comes to its end, so that both sides agree on what happened. */
  signal: AbortSignal;
  /** Told of each answer, redirects included. */
  onAnswer(answer: Answer): void;
}

export interface Upload {
  filename: string;
  type: string;
  content: Buffer;
}

const MOST_REDIRECTS = 5;
const LONGEST_PAGE = 5_000_000;
const TIMEOUT_MS = 30_000;

/** Throws an AppError unless the address is of this machine: traffic is never sent to anybody else. */
export function loopbackOrigin(url: string): string {
  const refuse = () =>
    new AppError("invalid", `--url must be an http address of this machine, such as http://localhost:3000, not ${url}.`, {
      field: "--url",
    });
  if (!URL.canParse(url)) throw refuse();
  const { protocol, hostname, origin } = new URL(url);
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
  if (protocol !== "http:" || !isLoopback) throw refuse();
  return origin;
}

/**
 * As many connections as there are people, kept open. Whoever makes it destroys it. Only an agent with a timeout heeds for how long the server keeps an
 * idle connection; Node 20 forgets that of a request that has just the same one.
 */
export const createConnections = (people: number): Agent =>
  new Agent({ keepAlive: true, maxSockets: Math.max(4, people), timeout: 2 * TIMEOUT_MS });

/** A browser without scripts: cookies, redirects, forms, and the headers that a real one sends with a page. */
export class Browser {
  private readonly cookies = new Map<string, string>();
  private here: string | null = null;

  constructor(private readonly options: BrowserOptions) {}

  /** Opens a page by its path. `typed` is an address typed in, not a link followed. */
  open(path: string, { typed = false } = {}): Promise<Page> {
    if (typed) this.here = null;
    return this.follow("GET", path, undefined);
  }

  /** Sends a form of the page that is open, with these fields filled in; null leaves a field out. */
  submit(form: PageForm, filled: Record<string, string | Upload | null>): Promise<Page> {
    const fields: [string, string | Upload][] = form.fields.filter(([name]) => !(name in filled));
    for (const [name, value] of Object.entries(filled)) if (value !== null) fields.push([name, value]);
    const boundary = `----FormBoundary${fields.length}x${Date.now().toString(36)}`;
    return this.follow("POST", this.here ?? "/", {
      type: `multipart/form-data; boundary=${boundary}`,
      content: multipart(fields, boundary),
    });
  }

  private async follow(method: "GET" | "POST", path: string, body: { type: string; content: Buffer } | undefined): Promise<Page> {
    this.options.signal.throwIfAborted();
    let [verb, target, sent] = [method, path, body];
    for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
      const { status, location, html } = await this.exchange(verb, target, sent);
      if (!location || status < 300 || status > 399) {
        this.here = target;
        return { path: target, status, html };
      }
      const next = new URL(location, this.options.origin + target);
      target = next.pathname + next.search;
      if (status !== 307 && status !== 308) [verb, sent] = ["GET", undefined];
    }
    throw new Error(`${path} redirects without end`);
  }

  private exchange(method: string, path: string, body: { type: string; content: Buffer } | undefined) {
    const { origin, agent, onAnswer } = this.options;
    const startedAt = performance.now();
    return new Promise<{ status: number; location: string | undefined; html: string }>((resolve, reject) => {
      const sending = request(origin + path, { method, agent, timeout: TIMEOUT_MS, headers: this.headersFor(method, body) }, (response) => {
        this.keepCookies(response);
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size <= LONGEST_PAGE) chunks.push(chunk);
        });
        response.on("error", reject);
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          onAnswer({ method, path, status, durationMs: performance.now() - startedAt });
          resolve({ status, location: response.headers.location, html: Buffer.concat(chunks).toString("utf8") });
        });
      });
      sending.on("timeout", () => sending.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
      sending.on("error", reject);
      sending.end(body?.content);
    });
  }

  private headersFor(method: string, body: { type: string; content: Buffer } | undefined): Record<string, string | number> {
    const { origin, userAgent, language } = this.options;
    return {
      accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
      "accept-language": `${language},en;q=0.8`,
      "user-agent": userAgent,
      "sec-fetch-dest": "document",
      "sec-fetch-mode": "navigate",
      "sec-fetch-site": this.here === null ? "none" : "same-origin",
      "sec-fetch-user": "?1",
      "upgrade-insecure-requests": "1",
      ...(this.here !== null && { referer: origin + this.here }),
      ...(this.cookies.size > 0 && { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
      ...(method === "POST" && { origin }),
      ...(body && { "content-type": body.type, "content-length": body.content.length }),
    };
  }

  private keepCookies(response: IncomingMessage): void {
    for (const line of response.headers["set-cookie"] ?? []) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      const ended = attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute) || isPast(attribute));
      if (ended || value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

function isPast(attribute: string): boolean {
  const [, date] = /^\s*expires=(.+)$/i.exec(attribute) ?? [];
  return date !== undefined && Date.parse(date) < Date.now();
}

function multipart(fields: readonly [string, string | Upload][], boundary: string): Buffer {
  const parts = fields.flatMap(([name, value]) => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name.replaceAll('"', "%22")}"`;
    if (typeof value === "string") return [Buffer.from(`${head}\r\n\r\n${value}\r\n`)];
    return [
      Buffer.from(`${head}; filename="${value.filename}"\r\nContent-Type: ${value.type}\r\n\r\n`),
      value.content,
      Buffer.from("\r\n"),
    ];
  });
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}
