"use server";

import { redirect } from "next/navigation";
import { signOut } from "@/lib/auth/auth";
import { readViewer } from "@/lib/auth/read-viewer";
import { markOutcome } from "@/lib/capture/outcome";
import { beginAction } from "@/lib/http/begin-action";

/** Ends the session, if there is one, and leads home. */
export async function logOut(): Promise<void> {
  await beginAction();
  const viewer = await readViewer();
  if (viewer) {
    await markOutcome({ kind: "logout", outcome: "success", user: { key: viewer.accountId, label: viewer.name, gender: viewer.gender } });
    await signOut({ redirect: false });
  } else {
    await markOutcome({ outcome: "error" });
  }
  redirect("/");
}
