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
    // Like log1p_; for beta x above 2^64, the logarithm of its 2^-64th part.
    f: `
      let p = select(x, T(0.0), x < T(0.0));
      let part = beta * (p * 5.42101086e-20);
      let big = part > T(1.0);
      let t = beta * p;
      let far = log_(select(t + 1.0, part, big)) + select(T(0.0), T(44.3614196), big);
      return select(far, log_ratio_(t / (t + 2.0)), t < T(0.41));`,
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
