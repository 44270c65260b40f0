import { expect } from "@playwright/test";

/** Waits until `read` gives the same twice, half a second apart: what was on its way has come. Returns it. */
export async function untilCalm<T>(read: () => Promise<T>): Promise<T> {
  let last: T | undefined;
  const isAsBefore = async () => {
    const before = last;
    last = await read();
    return last === before;
  };
  await expect.poll(isAsBefore, { timeout: 20_000, intervals: [500] }).toBe(true);
  return last as T;
}
