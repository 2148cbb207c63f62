/** Constraints that keep trained parameters in a range. */
import type { Constraint } from "./activation.ts";
import { hardtanh } from "./records/hardtanh.ts";
import { sigmoid } from "./records/sigmoid.ts";
import { softplus } from "./records/softplus.ts";

/** The trained number itself, clamped to [min, max]; outside it gets no gradient. */
/* @__NO_SIDE_EFFECTS__ */
export const clamped = (min: number, max: number): Constraint => ({
  of: hardtanh({ min, max }),
  inverse: (value) => value,
});

/** Above 0: the softplus of the trained number. */
/* @__NO_SIDE_EFFECTS__ */
export const positive = (): Constraint => ({
  of: softplus(),
  inverse: (value) => value + Math.log(-Math.expm1(-value)),
});

/** Between 0 and 1: the sigmoid of the trained number. */
/* @__NO_SIDE_EFFECTS__ */
export const fraction = (): Constraint => ({
  of: sigmoid(),
  inverse: (value) => Math.log(value / (1 - value)),
});
