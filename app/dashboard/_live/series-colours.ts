/** How many colours tell parts apart; whatever comes after shares the last. */
export const SERIES_COLOURS = 8;

/** The colour of the n-th part, counted from 0, as the style sheet names it. */
export const seriesVariable = (index: number): string => `var(--ff-series-${Math.min(index + 1, SERIES_COLOURS)})`;
