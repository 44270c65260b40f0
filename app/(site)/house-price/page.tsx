import type { Metadata } from "next";
import { PageHead } from "../_components/page-head";
import classes from "./house-price.module.css";
import { HousePriceForm } from "./house-price-form";

export const metadata: Metadata = { title: "House price" };

export default function HousePricePage() {
  return (
    <>
      <PageHead title="What is a house worth?">
        Ten questions, one price: what a house like that sold for in Windsor, Ontario, in the summer of 1987.
      </PageHead>
      <HousePriceForm />
      <p className={classes.source}>
        A linear regression over 546 real sales, in Canadian dollars of 1987. It does not ask for the size of the lot, so the range is as
        wide as lots differ. Data: P. Anglin and R. Gençay, Semiparametric estimation of a hedonic price function,{" "}
        <cite>Journal of Applied Econometrics</cite> 11 (1996), 633–648.
      </p>
    </>
  );
}
