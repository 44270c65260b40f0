import { fitLinearModel, type LinearModel, type Prediction } from "./fit-linear-model";
import { type House, toRow } from "./house";
import { readSales } from "./read-sales";

const CONFIDENCE = 0.9;

let model: LinearModel | undefined;

function fittedModel(): LinearModel {
  const sales = readSales();
  return fitLinearModel(
    sales.map(toRow),
    sales.map((sale) => sale.price),
  );
}

/** What such a house sold for in Windsor, Ontario, in the summer of 1987 (Canadian dollars), with the 90 % prediction interval of a sale. */
export function estimatePrice(house: House): Prediction {
  model ??= fittedModel();
  return model.predict(toRow(house), CONFIDENCE);
}
