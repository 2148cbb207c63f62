import { record } from "../record.ts";
import { signOf, window, surrogate } from "../surrogates.ts";

/** sign(x); backward passes the gradient where |x| <= 1. Hubara et al. 2016. */
export const signSte = record({
  ...surrogate(signOf, window),
  name: "sign_ste",
  aliases: ["straight_through_sign"],
  source: "Hubara, Courbariaux, Soudry, El-Yaniv, Bengio 2016: Binarized neural networks",
});
