import { record } from "../record.ts";
import { stepOf, window, surrogate } from "../surrogates.ts";

/** 1 above 0, otherwise 0; backward passes the gradient where |x| <= 1. Bengio et al. 2013. */
export const stepSte = record({
  ...surrogate(stepOf, window),
  name: "step_ste",
  source:
    "Bengio, Léonard, Courville 2013: Estimating or propagating gradients through stochastic neurons for conditional computation",
});
