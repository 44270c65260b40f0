/** A question of the form that is answered by a whole number. The bounds are those of the sales: a linear model knows nothing beyond. */
export const COUNTS = {
  bedrooms: { label: "Bedrooms", min: 1, max: 6 },
  bathrooms: { label: "Bathrooms", min: 1, max: 4 },
  stories: { label: "Stories", min: 1, max: 4 },
  garage: { label: "Garage places", min: 0, max: 3 },
} as const;

/** A question that is answered by yes or no. */
export const AMENITIES = {
  driveway: "Driveway",
  recreation: "Recreation room",
  fullbase: "Full basement",
  gasheat: "Gas heating",
  aircon: "Air conditioning",
  prefer: "Preferred area",
} as const;

export type Count = keyof typeof COUNTS;
export type Amenity = keyof typeof AMENITIES;

/** The names of all ten questions, as the form sends them and in the model's order. */
export const FEATURES = [...(Object.keys(COUNTS) as Count[]), ...(Object.keys(AMENITIES) as Amenity[])] as const;
