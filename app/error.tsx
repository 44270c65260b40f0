"use client";

import { ErrorNotice } from "./_components/error-notice";

/** What a failure outside of the site's own frame shows. */
export default function AppError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <ErrorNotice digest={error.digest} retry={reset} />;
}
