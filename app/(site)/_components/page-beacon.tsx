"use client";

import { usePathname } from "next/navigation";
import { useEffect } from "react";

// Its own chunk, fetched after hydration: the page never waits for it.
const load = () => import("./beacon");

let leaving: ReturnType<typeof setTimeout> | undefined;

/**
 * Tells the server what it cannot see: soft navigations, pages that came out of a cache, and that a page is still being read.
 * `endpoint` is where it sends to; `countHashes` makes a change of `#…` a page view too.
 */
export function PageBeacon({ endpoint, countHashes = false }: { endpoint: string; countHashes?: boolean }) {
  const pathname = usePathname();
  useEffect(() => {
    clearTimeout(leaving);
    const at = performance.now();
    load().then((beacon) => beacon.open(pathname, at, { endpoint, countHashes }));
  }, [pathname, endpoint, countHashes]);
  useEffect(
    () => () => {
      // Not at once: React mounts twice while developing.
      leaving = setTimeout(() => load().then((beacon) => beacon.leave()));
    },
    [],
  );
  return null;
}
