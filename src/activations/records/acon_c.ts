import { learning } from "../learning.ts";
import { record } from "../record.ts";
import { sigmoid } from "../float64.ts";

/** e^-|u| of u = beta (p1 - p2) x; e^u = p / q, the larger of which is 1; and u, clamped to where it matters. */
const ratio = `
      let u = clamp(beta * ((p1 - p2) * x), T(-1000.0), T(1000.0));
      let e = exp_neg_(-abs(u));
      let p = select(T(1.0), e, u < T(0.0));
      let q = select(e, T(1.0), u < T(0.0));
      let d = e + 1.0;`;

/** swish' = sigmoid(u) (1 + u sigmoid(-u)), from which all derivatives follow. */
const slope = (u: number): number => sigmoid(u) * (1 + u * sigmoid(-u));
const steepness = (u: number): number => 1 + Math.abs(u);

/** A smooth maximum of p1 x and p2 x, learned by channel: ACON-C. Ma et al. 2020. */
export const aconC = record({
  name: "acon_c",
  formula: "(p1 − p2) · x · σ(beta · (p1 − p2) · x) + p2 · x",
  source: "Ma, Zhang, Liu, Sun 2020: Activate or not: learning customized activation",
  params: {
    p1: { default: 1, doc: "the slope on the right", learnable: true, learnedAs: "p1", scope: "channel" },
    p2: { default: 0, doc: "the slope on the left", learnable: true, learnedAs: "p2", scope: "channel" },
    beta: {
      default: 1,
      doc: "steepness: 0 gives the mean",
      learnable: true,
      learnedAs: "beta",
      scope: "channel",
    },
  },
  learning,
  saves: "x",
  wgsl: {
    f: `${ratio}
      return x * ((p1 * p + p2 * q) / d);`,
    dfdx: `${ratio}
      return (p1 * p * (u * q + d) + p2 * q * (d - u * p)) / (d * d);`,
    dfdp: {
      p1: `${ratio}
      return x * (p * (u * q + d) / (d * d));`,
      p2: `${ratio}
      return x * (q * (d - u * p) / (d * d));`,
      beta: `${ratio}
      return e / (d * d) * x * x * ((p1 - p2) * (p1 - p2));`,
    },
    textbook: {
      f: "let t = (p1 - p2) * x; return t / (1.0 + exp(-beta * t)) + p2 * x;",
      dfdx: `
        let t = (p1 - p2) * x;
        let s = 1.0 / (1.0 + exp(-beta * t));
        return (p1 - p2) * s * (1.0 + beta * t * (1.0 - s)) + p2;`,
    },
  },
  derivative:
    "p2 + (p1 - p2) * sigmoid(beta * (p1 - p2) * x) * (1 + beta * (p1 - p2) * x * sigmoid(-beta * (p1 - p2) * x))",
  f: (x, { p1, p2, beta }) => x * (p1 * sigmoid(beta * (p1 - p2) * x) + p2 * sigmoid(-beta * (p1 - p2) * x)),
  dfdx: (x, { p1, p2, beta }) => p2 + (p1 - p2) * slope(beta * (p1 - p2) * x),
  dfdp: {
    p1: (x, { p1, p2, beta }) => x * slope(beta * (p1 - p2) * x),
    p2: (x, { p1, p2, beta }) => x * slope(-beta * (p1 - p2) * x),
    beta: (x, { p1, p2, beta }) => {
      const [t, u] = [(p1 - p2) * x, beta * (p1 - p2) * x];
      return t * (t * sigmoid(u) * sigmoid(-u));
    },
  },
  condition: {
    f: (x, { p1, p2, beta }) => {
      const u = beta * (p1 - p2) * x;
      return Math.abs(x) * steepness(u) * (Math.abs(p1) * sigmoid(u) + Math.abs(p2) * sigmoid(-u));
    },
    dfdx: (x, { p1, p2, beta }) => {
      const u = beta * (p1 - p2) * x;
      return steepness(u) ** 2 * (Math.abs(p1) * sigmoid(u) + Math.abs(p2) * sigmoid(-u));
    },
    dfdp: {
      p1: (x, { p1, p2, beta }) => {
        const u = beta * (p1 - p2) * x;
        return Math.abs(x) * steepness(u) ** 2 * sigmoid(u);
      },
      p2: (x, { p1, p2, beta }) => {
        const u = beta * (p1 - p2) * x;
        return Math.abs(x) * steepness(u) ** 2 * sigmoid(-u);
      },
      beta: (x, { p1, p2, beta }) => {
        const [t, u] = [(p1 - p2) * x, beta * (p1 - p2) * x];
        return steepness(u) * t * t * sigmoid(u) * sigmoid(-u);
      },
    },
  },
  transcendentals: 1,
});
