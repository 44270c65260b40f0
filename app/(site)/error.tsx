"use client";

import { ErrorNotice } from "@/app/_components/error-notice";

/** What a page that failed shows in its place; the frame around it stays. */
export default function SiteError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <ErrorNotice digest={error.digest} retry={reset} />;
}
