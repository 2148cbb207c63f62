import { record } from "../record.ts";

/** ln(1 + beta max(x, 0)), with derivative 0 at 0. Liu et al. 2019. */
export const nlrelu = record({
  name: "nlrelu",
  formula: "ln(1 + beta · max(x, 0))",
  source:
    "Liu, Zhang, Guo, Wang 2019: Natural-logarithm-rectified activation function in convolutional neural networks",
  params: {
    beta: {
      default: 1,
      doc: "the slope right of 0",
      check: (beta) => (beta >= 1e-30 && beta <= 1e30 ? undefined : "expected 1e-30 to 1e30"),
    },
  },
  saves: "x",
  wgsl: {
    // log1p_ of numbers of at least 0, whose two branches share one quotient and one polynomial. For beta x above 2^64, the
    // logarithm of its 2^-64th part.
    f: `
      let p = select(x, T(0.0), x < T(0.0));
      let part = beta * (p * 5.42101086e-20);
      let t = beta * p;
      let big = part > T(1.0);
      let near = t < T(0.41);
      let u = select(t + 1.0, part, big);
      let bits = bitcast<U>(u) - U(0x3f3504f3u);
      let m = bitcast<T>((bits & U(0x007fffffu)) + U(0x3f3504f3u));
      let k = select(T(bitcast<I>(bits) >> U(23u)) + select(T(0.0), T(64.0), big), T(0.0), near);
      let z = select(m - 1.0, t, near) / select(m + 1.0, t + 2.0, near);
      let y = k * 0.693359375 + (log_ratio_(z) - k * 2.12194440e-4);
      return select(y, u, bitcast<U>(u) >= U(0x7f800000u));`,
    dfdx: "select(T(0.0), 1.0 / (x + 1.0 / beta), is_positive_(x))",
    textbook: {
      f: "log(1.0 + beta * max(x, T(0.0)))",
      dfdx: "select(T(0.0), beta / (1.0 + beta * x), x > T(0.0))",
    },
  },
  derivative: "where(x > 0, beta / (1 + beta * relu(x)), 0)",
  f: (x, { beta }) => Math.log1p(beta * (x < 0 ? 0 : x)),
  dfdx: (x, { beta }) => (x > 0 ? beta / (1 + beta * x) : 0),
  kinks: () => [0],
  transcendentals: 1,
});
