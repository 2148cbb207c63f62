import special from "../../../shaders/special.wgsl?raw";
import { record } from "../record.ts";
import { sigmoid, softplus as softplus64 } from "../float64.ts";

/** ln(1 + e^(beta x)) / beta; where beta x exceeds the threshold, x itself. Dugas et al. 2000. */
export const softplus = record({
  name: "softplus",
  formula: "ln(1 + e^(beta · x)) / beta",
  source: "Dugas, Bengio, Bélisle, Nadeau, Garcia 2000: Incorporating second-order functional knowledge",
  params: {
    beta: {
      default: 1,
      doc: "steepness: infinity gives relu",
      check: (beta) => (beta > 1e-30 ? undefined : "expected more than 0"),
    },
    threshold: { default: 20, doc: "above this beta · x, the function is x" },
  },
  saves: "x",
  wgsl: {
    library: special,
    f: `
      let y = max(x, T(0.0)) + log1p_unit_(exp_neg_product_(beta, x)) / beta;
      return select(y, x, beta * x > threshold);`,
    dfdx: `
      let t = beta * x;
      let e = exp_neg_product_(beta, x);
      return select(select(T(1.0), e, t < T(0.0)) / (e + 1.0), T(1.0), t > threshold);`,
    textbook: {
      f: "select(log(1.0 + exp(beta * x)) / beta, x, beta * x > threshold)",
      dfdx: "select(1.0 / (1.0 + exp(-beta * x)), T(1.0), beta * x > threshold)",
    },
  },
  derivative: "where(beta * x > threshold, 1, sigmoid(beta * x))",
  f: (x, { beta, threshold }) => (beta * x > threshold ? x : softplus64(beta * x) / beta),
  dfdx: (x, { beta, threshold }) => (beta * x > threshold ? 1 : sigmoid(beta * x)),
  kinks: ({ beta, threshold }) => [threshold / beta],
  transcendentals: 2,
});
