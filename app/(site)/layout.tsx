import type { ReactNode } from "react";
import { SiteFrame } from "./_components/site-frame";

/** The measured demo site. */
export default function SiteLayout({ children }: { children: ReactNode }) {
  return <SiteFrame>{children}</SiteFrame>;
}
