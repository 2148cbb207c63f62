import { record } from "../record.ts";

/** x / (1 + |x|). Bergstra et al. 2009. */
export const softsign = record({
  name: "softsign",
  formula: "x / (1 + |x|)",
  source: "Bergstra, Desjardins, Lamblin, Bengio 2009: Quadratic polynomials learn better image features",
  // (1 - |y|)^2 would cancel where |y| is near 1.
  saves: "x",
  wgsl: {
    f: "x / (abs(x) + 1.0)",
    dfdx: "let i = 1.0 / (abs(x) + 1.0); return i * i;", // the square of 1 + |x| could overflow
  },
  derivative: "1 / (1 + abs(x))^2",
  f: (x) => x / (1 + Math.abs(x)),
  dfdx: (x) => (1 + Math.abs(x)) ** -2,
  init: "glorot",
  gain: () => 1,
});
