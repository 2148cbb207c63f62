import { learning } from "../learning.ts";
import { record } from "../record.ts";

/** max(x, 0) and two hinges a max(b - x, 0), each with derivative 0 at its kink; learned by channel. Agostinelli et al. 2014. */
export const apl = record({
  name: "apl",
  formula: "max(x, 0) + a0 · max(b0 − x, 0) + a1 · max(b1 − x, 0)",
  source:
    "Agostinelli, Hoffman, Sadowski, Baldi 2014: Learning activation functions to improve deep neural networks",
  params: {
    a0: { default: 0.2, doc: "slope of the first hinge", learnable: true, learnedAs: "a0", scope: "channel" },
    b0: { default: 0, doc: "its kink", learnable: true, learnedAs: "b0", scope: "channel" },
    a1: {
      default: -0.1,
      doc: "slope of the second hinge",
      learnable: true,
      learnedAs: "a1",
      scope: "channel",
    },
    b1: { default: -1, doc: "its kink", learnable: true, learnedAs: "b1", scope: "channel" },
  },
  learning,
  saves: "x",
  wgsl: {
    f: `
      let right = select(x, T(0.0), x < T(0.0));
      return right + select(T(0.0), a0 * (b0 - x), x < b0) + select(T(0.0), a1 * (b1 - x), x < b1);`,
    dfdx: `
      let right = select(T(0.0), T(1.0), is_positive_(x));
      return right - select(T(0.0), a0, x < b0) - select(T(0.0), a1, x < b1);`,
    dfdp: {
      a0: "select(T(0.0), b0 - x, x < b0)",
      b0: "select(T(0.0), a0, x < b0)",
      a1: "select(T(0.0), b1 - x, x < b1)",
      b1: "select(T(0.0), a1, x < b1)",
    },
  },
  derivative: "where(x > 0, 1, 0) - where(x < b0, a0, 0) - where(x < b1, a1, 0)",
  f: (x, { a0, b0, a1, b1 }) => Math.max(x, 0) + a0 * Math.max(b0 - x, 0) + a1 * Math.max(b1 - x, 0),
  dfdx: (x, { a0, b0, a1, b1 }) => (x > 0 ? 1 : 0) - (x < b0 ? a0 : 0) - (x < b1 ? a1 : 0),
  dfdp: {
    a0: (x, { b0 }) => Math.max(b0 - x, 0),
    b0: (x, { a0, b0 }) => (x < b0 ? a0 : 0),
    a1: (x, { b1 }) => Math.max(b1 - x, 0),
    b1: (x, { a1, b1 }) => (x < b1 ? a1 : 0),
  },
  kinks: ({ b0, b1 }) => [0, b0, b1],
  condition: {
    f: (x, { a0, b0, a1, b1 }) =>
      Math.abs(x) + Math.abs(a0) * (Math.abs(x) + Math.abs(b0)) + Math.abs(a1) * (Math.abs(x) + Math.abs(b1)),
    dfdx: (_, { a0, a1 }) => 1 + Math.abs(a0) + Math.abs(a1),
    dfdp: {
      a0: (x, { b0 }) => Math.abs(x) + Math.abs(b0),
      b0: (_, { a0 }) => Math.abs(a0),
      a1: (x, { b1 }) => Math.abs(x) + Math.abs(b1),
      b1: (_, { a1 }) => Math.abs(a1),
    },
  },
});
