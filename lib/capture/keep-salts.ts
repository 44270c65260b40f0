import { randomBytes } from "node:crypto";
import { db } from "../db/client";
import { keepDailySalts } from "../store/daily-salts";
import { dayBefore, utcDay } from "./cookieless";
import { captureState } from "./state";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

const makeSalt = () => randomBytes(32).toString("base64url");

/** Reads or makes the salts of yesterday, today and tomorrow, and destroys older ones, here and in the database. */
export async function keepSalts(now = new Date()): Promise<void> {
  const days = [dayBefore(now), utcDay(now), utcDay(new Date(now.getTime() + DAY_MS))];
  const salts = await keepDailySalts(db(), days, makeSalt);
  const known = captureState().salts;
  for (const day of known.keys()) if (!salts.has(day)) known.delete(day);
  for (const [day, salt] of salts) known.set(day, salt);
}
