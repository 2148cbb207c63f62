import { record } from "../record.ts";

/** x - tanh(x) = (x cosh x - sinh x) / cosh x. Near 0 the numerator's series is used, whose terms all have one sign. */
function difference(x: number): number {
  if (Math.abs(x) > 1) return x - Math.tanh(x);
  let power = x; // x^(2n+1) / (2n+1)!
  let sum = 0;
  for (let n = 1; n < 14; n++) {
    power *= (x * x) / (2 * n * (2 * n + 1));
    sum += 2 * n * power;
  }
  return sum / Math.cosh(x);
}

/** x - tanh(x). */
export const tanhshrink = record({
  name: "tanhshrink",
  formula: "x − tanh(x)",
  saves: "x",
  wgsl: {
    // Below 0.9, where the difference cancels: t^3 P(t^2), P of degree 6, relative error 6e-8.
    f: `
      let t = abs(x);
      let w = t * t;
      var p = w * 0.000404041377 - 0.00248025381;
      p = p * w + 0.00820076279;
      p = p * w - 0.0216563456;
      p = p * w + 0.0539347716;
      p = p * w - 0.133331329;
      p = p * w + 0.333333313;
      let e = exp_neg_(t * -2.0);
      return copysign_(select((t - 1.0) + 2.0 * e / (e + 1.0), t * w * p, t < T(0.9)), x);`,
    dfdx: "let t = tanh_(x); return t * t;",
    textbook: { f: "x - tanh(x)", dfdx: "let t = tanh(x); return t * t;" },
  },
  derivative: "tanh(x)^2",
  f: (x) => difference(x),
  dfdx: (x) => Math.tanh(x) ** 2,
  transcendentals: 1,
  init: "glorot",
});
