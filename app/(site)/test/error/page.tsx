import { notFound } from "next/navigation";
import { connection } from "next/server";
import { env } from "@/lib/env";

/** A page that fails, so that tests can see what a failing page does. It exists only where the environment asks for it. */
export default async function FailingPage() {
  await connection();
  if (env().FOOTFALL_TEST_ROUTES !== "1") notFound();
  throw new Error("This page fails on purpose.");
}
