import { vi } from "vitest";

/** Waits until `check` no longer throws: Vitest would give up after a second, which on a busy machine says nothing about the product. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 20_000, interval: 10 });
