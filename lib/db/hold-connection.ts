import type { PoolClient } from "pg";

/** A connection of a pool until it goes back. */
export interface HeldConnection {
  isReleased: () => boolean;
  /** Gives it back, once; with the reason why it is not to be used again it is closed. */
  release: (broken?: Error) => void;
}

/** Holds a connection that was taken from its pool by hand. */
export function holdConnection(connection: PoolClient): HeldConnection {
  // Without a listener a connection lost between two queries would end the process; the next query rejects anyway.
  const ignore = () => undefined;
  connection.on("error", ignore);
  let isReleased = false;
  return {
    isReleased: () => isReleased,
    release: (broken) => {
      if (isReleased) return;
      isReleased = true;
      connection.off("error", ignore);
      connection.release(broken);
    },
  };
}
