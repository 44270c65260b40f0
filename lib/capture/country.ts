import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Reader, type Response } from "mmdb-lib";
import type { KeptHeaders } from "./remembered";

// Data of the NRO, CC BY 4.0. Both `next start` and the standalone server run in a folder with node_modules.
const DATABASE = "node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb";

type Place = Response & { country_code?: string };

let reader: Reader<Place> | null | undefined;

/** The country of an address, as two capital letters; null for private addresses and unknown ones. */
export function findCountry(address: string): string | null {
  if (reader === undefined) reader = openReader();
  try {
    return countryCode(reader?.get(address)?.country_code);
  } catch {
    return null; // not an address
  }
}

/** What the platform in front says of the country; only to be asked where the platform itself sets these headers. */
export const readPlatformCountry = (headers: KeptHeaders): string | null =>
  countryCode(headers["x-vercel-ip-country"] ?? headers["cf-ipcountry"]);

const countryCode = (value: string | undefined): string | null => (value && /^[A-Z]{2}$/.test(value) && value !== "XX" ? value : null);

function openReader(): Reader<Place> | null {
  try {
    return new Reader<Place>(readFileSync(join(process.cwd(), DATABASE)));
  } catch (error) {
    console.warn(`Countries are not told: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}
