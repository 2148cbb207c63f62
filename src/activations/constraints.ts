/** What keeps trained parameters in their range. */
import type { Constraint } from "./activation.ts";
import { hardtanh } from "./records/hardtanh.ts";
import { sigmoid } from "./records/sigmoid.ts";
import { softplus } from "./records/softplus.ts";

/** The trained number itself, cut to [min, max]: outside it gets no gradient. */
/* @__NO_SIDE_EFFECTS__ */
export const clamped = (min: number, max: number): Constraint => ({
  of: hardtanh({ min, max }),
  inverse: (value) => value,
});

/** More than 0: the softplus of what is trained. */
/* @__NO_SIDE_EFFECTS__ */
export const positive = (): Constraint => ({
  of: softplus(),
  inverse: (value) => value + Math.log(-Math.expm1(-value)),
});

/** Between 0 and 1: the sigmoid of what is trained. */
/* @__NO_SIDE_EFFECTS__ */
export const fraction = (): Constraint => ({
  of: sigmoid(),
  inverse: (value) => Math.log(value / (1 - value)),
});
