/** Something a server process runs beside answering requests. Starting twice or stopping twice must do no harm. */
export type ServerPart = {
  name: string;
  /** Stop it only when the last response is out: what responses still hand to it must not be lost. */
  outlivesRequests?: boolean;
  start(): Promise<void> | void;
  /** Ends its timers, listeners and streams, and finishes what it holds. */
  stop(): Promise<void> | void;
};
