import { z } from "zod";
import { SnapshotQuery } from "@/lib/metrics/snapshot";
import { ADDRESS_SORTS, type AddressSort } from "@/lib/store/read-visitors";
import { lastOf, type Search } from "../../_query/read-search";

/** What the page's address says: which days, which addresses, in which order. What is wrong in it is left at its default. */
export interface VisitorsSearch {
  site: string;
  from: string | undefined;
  to: string | undefined;
  search: string | undefined;
  address: string | undefined;
  sort: AddressSort;
  descending: boolean;
  /** From 1. */
  page: number;
}

const Fields = z.object({
  site: SnapshotQuery.shape.site.catch("demo"),
  from: z.iso.date().optional().catch(undefined),
  to: z.iso.date().optional().catch(undefined),
  search: z.string().trim().min(1).max(64).optional().catch(undefined),
  address: z.string().min(1).max(64).optional().catch(undefined),
  sort: z.enum(ADDRESS_SORTS).catch("accesses"),
  order: z.enum(["up", "down"]).catch("down"),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

export function readVisitorsSearch(search: Search): VisitorsSearch {
  const { order, ...fields } = Fields.parse(Object.fromEntries(Object.keys(Fields.shape).map((name) => [name, lastOf(search[name])])));
  return { from: undefined, to: undefined, search: undefined, address: undefined, ...fields, descending: order === "down" };
}

/** The address of a page of the section; what is the default is left out. */
export function visitorsHref(path: string, state: Partial<VisitorsSearch>): string {
  const { descending = true, page = 1, sort = "accesses", site = "demo", ...rest } = state;
  const given = { ...rest, site: site === "demo" ? undefined : site, sort: sort === "accesses" ? undefined : sort };
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value) params.set(name, value);
  if (!descending) params.set("order", "up");
  if (page > 1) params.set("page", String(page));
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}
