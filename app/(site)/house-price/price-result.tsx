"use client";

import type { Prediction } from "@/lib/demo/house-price/fit-linear-model";
import classes from "./house-price.module.css";

const SCALE_MAX = 200_000;

const dollars = (amount: number) => `$${Math.round(amount).toLocaleString("en-CA")}`;
const position = (amount: number) => `${(Math.min(Math.max(amount, 0), SCALE_MAX) / SCALE_MAX) * 100}%`;

/** The price with its range, as words and as a bar; before the first answer, what to expect. A price below nothing is shown as nothing. */
export function PriceResult({ price, attempt }: { price: Prediction | null; attempt: number }) {
  const low = price && Math.max(0, price.low);
  return (
    <section className={classes.result} aria-labelledby="price">
      <h2 id="price">Price</h2>
      <div role="status">
        {price && low !== null ? (
          <div key={attempt}>
            <p className={classes.amount}>{dollars(price.estimate)}</p>
            <p className={classes.range}>
              Nine in ten such houses sell for {dollars(low)} to {dollars(price.high)}.
            </p>
          </div>
        ) : (
          <p className={classes.range}>Describe the house, and its price appears here with its 90 % range.</p>
        )}
      </div>
      {price && low !== null && (
        <div className={classes.scale} aria-hidden="true">
          <div className={classes.span} style={{ left: position(low), right: `calc(100% - ${position(price.high)})` }} />
          <div className={classes.mark} style={{ left: position(price.estimate) }} />
          <span>$0</span>
          <span>{dollars(SCALE_MAX)}</span>
        </div>
      )}
    </section>
  );
}
