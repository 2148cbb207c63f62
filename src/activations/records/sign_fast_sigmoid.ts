import { record } from "../record.ts";
import { signOf, fastSigmoid, surrogate } from "../surrogates.ts";

/** sign(x); backward uses the derivative of a softsign. Zenke, Ganguli 2018. */
export const signFastSigmoid = record({
  ...surrogate(signOf, fastSigmoid),
  name: "sign_fast_sigmoid",
  source: "Zenke, Ganguli 2018: SuperSpike: supervised learning in multilayer spiking neural networks",
});
