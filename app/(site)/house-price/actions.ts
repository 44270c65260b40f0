"use server";

import { markOutcome } from "@/lib/capture/outcome";
import { estimatePrice } from "@/lib/demo/house-price/estimate-price";
import type { Prediction } from "@/lib/demo/house-price/fit-linear-model";
import { House } from "@/lib/demo/house-price/house";
import { FEATURES } from "@/lib/demo/house-price/questions";
import { beginAction } from "@/lib/http/begin-action";
import { type FormState, fieldErrors, nextAttempt, refusal, textFields } from "../_components/form-state";

export interface HousePriceState extends FormState {
  price: Prediction | null;
}

/** Prices the house the form describes; or says, field by field, what is missing. */
export async function priceHouse(previous: HousePriceState, form: FormData): Promise<HousePriceState> {
  await beginAction(previous, form);
  const values = textFields(form, FEATURES);
  const house = House.safeParse(values);
  if (!house.success) {
    await markOutcome({ outcome: "error" });
    return { ...refusal(previous, values, { errors: fieldErrors(house.error) }), price: null };
  }
  const price = estimatePrice(house.data);
  await markOutcome({ outcome: "success" });
  return { attempt: nextAttempt(previous), message: null, errors: {}, values, price };
}
