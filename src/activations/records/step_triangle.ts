import { record } from "../record.ts";
import { stepOf, triangle, surrogate } from "../surrogates.ts";

/** 1 above 0, otherwise 0; backward uses a triangle. Esser et al. 2016. */
export const stepTriangle = record({
  ...surrogate(stepOf, triangle),
  name: "step_triangle",
  aliases: ["binary_step"],
  source: "Esser et al. 2016: Convolutional networks for fast, energy-efficient neuromorphic computing",
});
