import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { takeStreamed } from "@/app/dashboard/_live/take-streamed";

const KEY = ["snapshot"] as const;

it.each([true, false])(
  "keeps what the stream brought when a poll asked before it answers after it; a query that listens to its signal: %s",
  async (listens) => {
    const client = new QueryClient();
    client.setQueryData(KEY, { actions: 1 });
    let answer: (data: { actions: number }) => void = () => {};
    const observer = new QueryObserver(client, {
      queryKey: KEY,
      queryFn: (context) => {
        if (listens) void context.signal;
        return new Promise<{ actions: number }>((resolve) => {
          answer = resolve;
        });
      },
    });
    const unsubscribe = observer.subscribe(() => {});
    const poll = observer.refetch().catch(() => undefined);
    await Promise.resolve();
    takeStreamed(client, KEY, { actions: 3 });
    answer({ actions: 2 });
    await poll;
    expect(client.getQueryData(KEY)).toEqual({ actions: 3 });
    expect(client.getQueryState(KEY)?.fetchStatus).toBe("idle");
    unsubscribe();
    client.clear();
  },
);

it("takes what the stream brings when nothing is under way, also as the first answer", () => {
  const client = new QueryClient();
  takeStreamed(client, KEY, { actions: 1 });
  takeStreamed(client, KEY, { actions: 2 });
  expect(client.getQueryData(KEY)).toEqual({ actions: 2 });
  client.clear();
});
