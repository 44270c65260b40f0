"use client";

import { Checkbox, TextInput } from "@mantine/core";
import { useActionState } from "react";
import { AMENITIES, type Amenity, COUNTS, type Count } from "@/lib/demo/house-price/questions";
import form from "../_components/form.module.css";
import { FormProblem } from "../_components/form-problem";
import { EMPTY_FORM } from "../_components/form-state";
import { SubmitButton } from "../_components/submit-button";
import { priceHouse } from "./actions";
import classes from "./house-price.module.css";
import { PriceResult } from "./price-result";

/** Asks for a house and shows what it is worth, beside each other where there is room. Posts without scripts too. */
export function HousePriceForm() {
  const [state, send] = useActionState(priceHouse, { ...EMPTY_FORM, price: null });
  const { errors, values, attempt, price } = state;
  return (
    <div className={classes.columns}>
      <form action={send} className={form.form} noValidate>
        <FormProblem state={state} />
        <div className={classes.counts}>
          {(Object.keys(COUNTS) as Count[]).map((name) => (
            <TextInput
              key={name}
              name={name}
              size="md"
              label={COUNTS[name].label}
              description={`${COUNTS[name].min} to ${COUNTS[name].max}`}
              inputMode="numeric"
              autoComplete="off"
              required
              defaultValue={values[name]}
              error={errors[name]}
            />
          ))}
        </div>
        <fieldset className={classes.amenities} key={attempt}>
          <legend>It has</legend>
          {(Object.keys(AMENITIES) as Amenity[]).map((name) => (
            <Checkbox
              key={name}
              name={name}
              value="yes"
              size="md"
              label={AMENITIES[name]}
              defaultChecked={values[name] === "yes"}
              error={errors[name]}
            />
          ))}
        </fieldset>
        <SubmitButton>Name a price</SubmitButton>
      </form>
      <PriceResult price={price} attempt={attempt} />
    </div>
  );
}
