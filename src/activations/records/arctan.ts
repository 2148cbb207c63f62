import angles from "../../../shaders/angles.wgsl?raw";
import { record } from "../record.ts";

/** The inverse tangent. */
export const arctan = record({
  name: "arctan",
  aliases: ["atan"],
  formula: "arctan(x)",
  saves: "x",
  wgsl: {
    library: angles,
    f: "atan_(x)",
    // Beyond 1e19, where the square would overflow, the derivative is 0 as a float32.
    dfdx: "let t = select(x, T(1e19), abs(x) > T(1e19)); return 1.0 / (t * t + 1.0);",
    textbook: { f: "atan(x)", dfdx: "1.0 / (1.0 + x * x)" },
  },
  derivative: "1 / (1 + x^2)",
  f: (x) => Math.atan(x),
  dfdx: (x) => 1 / (1 + x * x),
  transcendentals: 1,
  init: "glorot",
});
