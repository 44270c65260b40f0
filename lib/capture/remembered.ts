/** What middleware keeps of a request until its response is complete. Plain data: reading it further is left for later. */
export type Remembered = {
  site: string;
  kind: "view" | "action";
  method: string;
  route: string;
  path: string;
  /** The query, with its `?`, or empty. */
  search: string;
  host: string;
  /** The visitor's id as its cookie says, or null where no cookie may be used. */
  visitorId: string | null;
  headers: Record<string, string>;
};
