import { record } from "../record.ts";

/** e^x. */
export const exp = record({
  name: "exp",
  formula: "eˣ",
  saves: "y",
  wgsl: { f: "exp_(x)", dfdx: "y", textbook: { f: "exp(x)", dfdx: "exp(x)" } },
  derivative: "exp(x)",
  f: (x) => Math.exp(x),
  dfdx: (x) => Math.exp(x),
  dfdy: (y) => y,
  transcendentals: 1,
  init: "glorot",
});
