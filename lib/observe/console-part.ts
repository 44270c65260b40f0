import { format } from "node:util";
import { env } from "../env";
import type { ServerPart } from "../lifecycle/part";
import { log } from "./log";

const LENGTH = 2_000;
const SAID = ["error", "warn"] as const;
// biome-ignore lint/suspicious/noControlCharactersInRegex: how a terminal's colours begin
const COLOUR = /\u001b\[[0-9;]*m/g;

let unhook: (() => void) | null = null;

/**
 * What Next and other packages say of an error goes to the log, as one JSON object a line with the request's id. Addresses and queries, which some of
 * them quote, are left out of it.
 */
export const consolePart: ServerPart = {
  name: "console",
  outlivesRequests: true,
  start() {
    if (env().NODE_ENV === "production") unhook ??= hookConsole();
  },
  stop() {
    unhook?.();
    unhook = null;
  },
};

function hookConsole(): () => void {
  const plain = SAID.map((level) => console[level]);
  for (const level of SAID) console[level] = (...said: unknown[]) => log()[level](...lineOf(said));
  return () => {
    for (const [index, level] of SAID.entries()) console[level] = plain[index] as (typeof console)[typeof level];
  };
}

/** What was said as a line of the log: its first error as such, the words beside it as the message. */
export function lineOf(said: readonly unknown[]): [object, string] {
  const error = said.find((one) => one instanceof Error);
  const words = said.filter((one) => one !== error);
  const text = format(...words)
    .replace(COLOUR, "")
    .trim();
  const message = withoutData(text === "" || text === "⨯" ? (error?.message ?? "") : text);
  return [error ? { err: plainError(error) } : {}, message];
}

/** Without a prototype, so that it is logged under its own name. */
const plainError = ({ name, message, stack = "" }: Error): object =>
  Object.assign(Object.create(null), { name, message: withoutData(message), stack: withoutData(stack) });

/** Queries of addresses and what looks like an e-mail or an IP address. */
export const withoutData = (text: string): string =>
  text
    .slice(0, LENGTH)
    .replace(/\?[^\s"'`)]+=[^\s"'`)]*/g, "?…")
    .replace(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, "…@…")
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, "….….….…");
