import { record } from "../record.ts";
import { signOf, triangle, surrogate } from "../surrogates.ts";

/** sign(x); backward uses a triangle. Esser et al. 2016. */
export const signTriangle = record({
  ...surrogate(signOf, triangle),
  name: "sign_triangle",
  source: "Esser et al. 2016: Convolutional networks for fast, energy-efficient neuromorphic computing",
});
