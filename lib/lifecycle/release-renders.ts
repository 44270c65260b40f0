const installed = Symbol.for("footfall.release-renders");
type Holder = { [installed]?: true };

/**
 * Keeps a server under lasting load from holding every request it has answered.
 *
 * React ends each render by aborting the render's `cacheSignal` with an Error, whose stack nobody has read yet. Until then V8 keeps the
 * receivers of the stack's frames, here Node's Immediate; that keeps the Immediates of its batch (`_idleNext`), and through their
 * async context the requests of those, whose own errors keep the next: under load that overlaps, all of them
 * (https://github.com/react/react/pull/37289, https://github.com/vercel/next.js/issues/84648).
 * An abort's reason gets its message for a stack, so the frames are free. To be removed when React no longer captures that stack.
 */
export function releaseRenders(): void {
  const holder = globalThis as Holder;
  if (holder[installed]) return;
  holder[installed] = true;
  const abort = AbortController.prototype.abort;
  AbortController.prototype.abort = function abortWithoutFrames(this: AbortController, ...reason: [unknown?]): void {
    const [error] = reason;
    if (error instanceof Error && error.message.startsWith("This render completed successfully")) {
      error.stack = `${error.name}: ${error.message}`;
    }
    abort.apply(this, reason);
  };
}
