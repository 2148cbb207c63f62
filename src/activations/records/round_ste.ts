import { record } from "../record.ts";
import { surrogate } from "../surrogates.ts";

/** The nearest whole number; ties go to the even one. */
function nearest(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}

/** Rounds, with ties to the even number; backward passes the gradient unchanged. Bengio et al. 2013. */
export const roundSte = record({
  ...surrogate(
    { formula: "round(x)", wgsl: "round(x)", f: nearest },
    { formula: "1", wgsl: "T(1.0)", dfdx: () => 1 },
  ),
  name: "round_ste",
  source:
    "Bengio, Léonard, Courville 2013: Estimating or propagating gradients through stochastic neurons for conditional computation",
  kinks: () => Array.from({ length: 20 }, (_, i) => i - 9.5),
});
