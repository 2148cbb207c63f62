import { record } from "../record.ts";

/** x tanh(e^x). Liu, Di 2021; Fernandez, Mali 2024. */
export const telu = record({
  name: "telu",
  aliases: ["tanhexp"],
  formula: "x · tanh(eˣ)",
  source:
    "Liu, Di 2021: TanhExp: a smooth activation function with high convergence speed for lightweight neural networks",
  saves: "x",
  wgsl: {
    f: `
      let e = exp_(select(x, T(5.0), x > T(5.0))); // from there on tanh is 1
      return x * tanh_(e);`,
    // With t = e^x: tanh t = -m / (m + 2), sech^2 t = 4 e^(-2t) / (m + 2)^2.
    dfdx: `
      let t = exp_(select(x, T(5.0), x > T(5.0)));
      let m = expm1_neg_(t * -2.0);
      let d = m + 2.0;
      return (exp_neg_(t * -2.0) * t * 4.0 / d * x - m) / d;`,
    textbook: {
      f: "x * tanh(exp(x))",
      dfdx: "let t = tanh(exp(x)); return t + x * exp(x) * (1.0 - t * t);",
    },
  },
  derivative: "tanh(exp(x)) + x * exp(x) * (1 - tanh(exp(x))^2)",
  f: (x) => x * Math.tanh(Math.exp(x)),
  dfdx: (x) => {
    const e = Math.exp(Math.min(x, 5));
    return Math.tanh(e) + (x * e) / Math.cosh(e) ** 2;
  },
  condition: {
    dfdx: (x) => {
      const e = Math.exp(Math.min(x, 5));
      return Math.tanh(e) + Math.abs(x * e) / Math.cosh(e) ** 2;
    },
  },
  transcendentals: 2,
});
