import type { AppError } from "../app-error";
import type { Refused } from "./commit-events";
import type { NewEvent } from "./event";

/** Events that came in one call whose sender waits: open → each of them committed, refused or kept for later → settled. */
export class AwaitedCall {
  /** Resolves with those that were refused, once all others are committed; rejects when that is not known in time. */
  readonly done: Promise<Refused>;
  readonly #refused: Refused = new Map();
  #open: number;
  #postponed: AppError | undefined;
  #end: (error?: AppError) => void = () => undefined;

  /** `makeLate` makes the error of a call whose events are not known to be committed after `waitMs`: with its stack it is dear, and nearly never wanted. */
  constructor(events: number, waitMs: number, makeLate: () => AppError) {
    this.#open = events;
    this.done = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(makeLate()), waitMs);
      this.#end = (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve(this.#refused);
      };
    });
  }

  /** The event is committed; with a reason, the store refused it. */
  settle(event: NewEvent, reason?: string): void {
    if (reason !== undefined) this.#refused.set(event.id, reason);
    this.#close();
  }

  /** Whether an event is committed cannot be told in time. */
  postpone(error: AppError): void {
    this.#postponed ??= error;
    this.#close();
  }

  #close(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#end(this.#postponed);
  }
}
