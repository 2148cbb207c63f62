import { record } from "../record.ts";

/** max(x, 0)^2. So et al. 2021. */
export const squaredRelu = record({
  name: "squared_relu",
  aliases: ["relu2"],
  formula: "max(x, 0)²",
  source: "So, Mańke, Liu, Dai, Shazeer, Le 2021: Primer",
  saves: "x", // small squares underflow
  wgsl: {
    f: "let r = select(x, T(0.0), x < T(0.0)); return r * r;",
    dfdx: "select(x + x, T(0.0), x < T(0.0))",
  },
  derivative: "2 * relu(x)",
  f: (x) => Math.max(x, 0) ** 2,
  dfdx: (x) => 2 * Math.max(x, 0),
});
