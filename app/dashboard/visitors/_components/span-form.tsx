import classes from "./visitors.module.css";
import type { VisitorsSearch } from "./visitors-search";

/** Days and part of an address, as a form that needs no script. */
export function SpanForm({ state, from, to }: { state: VisitorsSearch; from: string; to: string }) {
  return (
    <form method="get" action="/dashboard/visitors" className={classes.form}>
      {state.site !== "demo" && <input type="hidden" name="site" value={state.site} />}
      {state.sort !== "accesses" && <input type="hidden" name="sort" value={state.sort} />}
      {!state.descending && <input type="hidden" name="order" value="up" />}
      <label>
        From
        <input type="date" name="from" defaultValue={from} required />
      </label>
      <label>
        To
        <input type="date" name="to" defaultValue={to} required />
      </label>
      <label>
        Address contains
        <input type="search" name="search" defaultValue={state.search} maxLength={64} placeholder="192.168." />
      </label>
      <button type="submit">Show</button>
    </form>
  );
}
