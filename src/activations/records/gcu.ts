import angles from "../../../shaders/angles.wgsl?raw";
import { record } from "../record.ts";

/** x cos(x). Noel et al. 2021. */
export const gcu = record({
  name: "gcu",
  formula: "x · cos(x)",
  source: "Noel, L, Trivedi, Dutta 2021: Growing cosine unit: a novel oscillatory activation function",
  saves: "x",
  wgsl: {
    library: angles,
    f: "x * cos_(x)",
    dfdx: "cos_(x) - x * sin_(x)",
    textbook: { f: "x * cos(x)", dfdx: "cos(x) - x * sin(x)" },
  },
  derivative: "cos(x) - x * sin(x)",
  f: (x) => x * Math.cos(x),
  dfdx: (x) => Math.cos(x) - x * Math.sin(x),
  condition: { dfdx: (x) => Math.abs(Math.cos(x)) + Math.abs(x * Math.sin(x)) },
  transcendentals: 1,
  init: "lecun",
});
