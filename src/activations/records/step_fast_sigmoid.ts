import { record } from "../record.ts";
import { stepOf, fastSigmoid, surrogate } from "../surrogates.ts";

/** 1 above 0, otherwise 0; backward uses the derivative of a softsign. Zenke, Ganguli 2018. */
export const stepFastSigmoid = record({
  ...surrogate(stepOf, fastSigmoid),
  name: "step_fast_sigmoid",
  source: "Zenke, Ganguli 2018: SuperSpike: supervised learning in multilayer spiking neural networks",
});
