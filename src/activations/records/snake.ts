import angles from "../../../shaders/angles.wgsl?raw";
import special from "../../../shaders/special.wgsl?raw";
import { learning } from "../learning.ts";
import { record } from "../record.ts";

/** x + sin^2(alpha x) / alpha, alpha fixed or learned. Ziyin et al. 2020. */
export const snake = record({
  name: "snake",
  formula: "x + sin²(alpha · x) / alpha",
  source: "Ziyin, Hartwig, Ueda 2020: Neural networks fail to learn periodic functions and how to fix it",
  params: {
    alpha: {
      default: 1,
      doc: "angular frequency",
      learnable: true,
      check: (alpha) => (Math.abs(alpha) > 1e-15 ? undefined : "expected a value other than 0"),
    },
  },
  learning,
  saves: "x",
  wgsl: {
    library: special + angles,
    // (a x + 1 - cos(a x)) / a with a = 2 alpha. a x is split into h + l with h exact, because the sum cancels below 0.
    f: `
      let a = alpha * 2.0;
      let large = abs(a * x) > T(4194304.0);
      let z = select(x, T(0.0), large);
      let k = round(a * z * 0.636619772);
      let turn = quarter_bits_(k);
      let h = hi_(a) * hi_(z);
      let l = hi_(a) * (z - hi_(z)) + (a - hi_(a)) * z;
      let part = versine_part_(reduce_angle_(h, l, k), turn);
      return select((((h + versine_whole_(turn)) + part) + l) / a, x, large);`,
    dfdx: "versine_product_(alpha * 2.0, x, U(1u))", // 1 + sin 2t
    dfdp: {
      alpha: `
      let a = alpha * 2.0;
      return (x * sin_product_(a, x) - versine_product_(a, x, U(0u)) / a) / alpha;`,
    },
    textbook: {
      f: "let s = sin(alpha * x); return x + s * s / alpha;",
      dfdx: "1.0 + sin(2.0 * alpha * x)",
    },
  },
  derivative: "1 + sin(2 * alpha * x)",
  f: (x, { alpha }) => x + Math.sin(alpha * x) ** 2 / alpha,
  dfdx: (x, { alpha }) => (Math.sin(alpha * x) + Math.cos(alpha * x)) ** 2,
  dfdp: {
    alpha: (x, { alpha }) => (x * Math.sin(2 * alpha * x)) / alpha - (Math.sin(alpha * x) / alpha) ** 2,
  },
  transcendentals: 1,
  init: "lecun",
});
