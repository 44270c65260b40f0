import type { QueryClient, QueryKey } from "@tanstack/react-query";

/**
 * Takes what the stream sent as the present state of a query. A poll still under way was asked before it, so its answer is older and is dropped; that
 * needs no clock, and so holds where two servers' clocks differ.
 */
export function takeStreamed(client: QueryClient, key: QueryKey, data: unknown): void {
  void client.cancelQueries({ queryKey: key, exact: true });
  client.setQueryData(key, data);
}
