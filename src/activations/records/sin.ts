import angles from "../../../shaders/angles.wgsl?raw";
import { record } from "../record.ts";

/** The sine, as in SIREN. Sitzmann et al. 2020. */
export const sin = record({
  name: "sin",
  aliases: ["sine"],
  formula: "sin(x)",
  source: "Sitzmann, Martel, Bergman, Lindell, Wetzstein 2020: Implicit neural representations",
  saves: "x",
  wgsl: { library: angles, f: "sin_(x)", dfdx: "cos_(x)", textbook: { f: "sin(x)", dfdx: "cos(x)" } },
  derivative: "cos(x)",
  f: (x) => Math.sin(x),
  dfdx: (x) => Math.cos(x),
  transcendentals: 1,
  init: "lecun",
});
