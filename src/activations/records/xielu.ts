import { positive } from "../constraints.ts";
import { learning } from "../learning.ts";
import { record } from "../record.ts";

const check = (value: number): string | undefined => (value > 0 ? undefined : "expected more than 0");

/** The integral of an ELU: alphaP x^2 + beta x above 0, a linear tail below. Huang, Schlag 2024. */
export const xielu = record({
  name: "xielu",
  formula: "x > 0 ? alphaP · x² + beta · x : (beta + alphaN) · (eˣ − 1 − x) + beta · x",
  source: "Huang, Schlag 2024: Deriving activation functions using integration",
  params: {
    alphaP: {
      default: 0.8,
      doc: "curvature above 0",
      learnable: true,
      learnedAs: "alpha_p",
      check,
      constraint: positive(),
    },
    alphaN: {
      default: 0.8,
      doc: "how steeply it falls far below 0",
      learnable: true,
      learnedAs: "alpha_n",
      check,
      constraint: positive(),
    },
    beta: { default: 0.5, doc: "slope at 0" },
  },
  learning,
  saves: "x",
  wgsl: {
    // Below 0 as (beta + alphaN) (e^x - 1) - alphaN x, which joins the terms in x.
    f: `
      let n = select(x, T(0.0), x > T(0.0));
      return select((beta + alphaN) * expm1_neg_(n) - alphaN * x, (alphaP * x + beta) * x, x > T(0.0));`,
    dfdx: `
      let n = select(x, T(0.0), x > T(0.0));
      return select((beta + alphaN) * expm1_neg_(n), alphaP * 2.0 * x, x > T(0.0)) + beta;`,
    dfdp: {
      alphaP: "select(T(0.0), x * x, x > T(0.0))",
      alphaN: "let n = select(x, T(0.0), x > T(0.0)); return expm1_neg_(n) - n;",
    },
    textbook: {
      f: "select((exp(x) - 1.0 - x) * (beta + alphaN) + beta * x, alphaP * x * x + beta * x, x > T(0.0))",
      dfdx: "select((exp(x) - 1.0) * (beta + alphaN) + beta, 2.0 * alphaP * x + beta, x > T(0.0))",
    },
  },
  derivative: "where(x > 0, 2 * alphaP * x, (beta + alphaN) * expm1(min(x, 0))) + beta",
  f: (x, { alphaP, alphaN, beta }) =>
    x > 0 ? alphaP * x * x + beta * x : (beta + alphaN) * (Math.expm1(x) - x) + beta * x,
  dfdx: (x, { alphaP, alphaN, beta }) => (x > 0 ? 2 * alphaP * x : (beta + alphaN) * Math.expm1(x)) + beta,
  dfdp: {
    alphaP: (x) => (x > 0 ? x * x : 0),
    alphaN: (x) => (x > 0 ? 0 : Math.expm1(x) - x),
  },
  condition: {
    f: (x, { alphaP, alphaN, beta }) =>
      x > 0
        ? alphaP * x * x + Math.abs(beta) * x
        : (Math.abs(beta) + alphaN) * -Math.expm1(x) + alphaN * Math.abs(x),
    dfdx: (x, { alphaP, alphaN, beta }) =>
      (x > 0 ? 2 * alphaP * x : (Math.abs(beta) + alphaN) * -Math.expm1(x)) + Math.abs(beta),
    dfdp: { alphaP: (x) => x * x, alphaN: (x) => Math.abs(x) },
  },
  kinks: () => [0],
  transcendentals: 1,
});
