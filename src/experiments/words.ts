/** Figures in the sentences of verdicts. */

/** 0.8432 as "84.3 %". */
export const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)} %`;
