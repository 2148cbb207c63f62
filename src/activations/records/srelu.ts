import { learning } from "../learning.ts";
import { record } from "../record.ts";

/** x between two thresholds; beyond each (inclusive) a line with a learned slope. Learned per channel. Jin et al. 2015. */
export const srelu = record({
  name: "srelu",
  formula: "x ≥ tr ? tr + ar · (x − tr) : x ≤ tl ? tl + al · (x − tl) : x",
  source:
    "Jin, Xu, Feng, Wei, Xiong, Yan 2015: Deep learning with S-shaped rectified linear activation units",
  params: {
    tr: {
      default: 1,
      doc: "where the right line begins",
      learnable: true,
      learnedAs: "tr",
      scope: "channel",
    },
    ar: { default: 1, doc: "its slope", learnable: true, learnedAs: "ar", scope: "channel" },
    tl: { default: 0, doc: "where the left line begins", learnable: true, learnedAs: "tl", scope: "channel" },
    al: { default: 0.2, doc: "its slope", learnable: true, learnedAs: "al", scope: "channel" },
  },
  learning,
  check: ({ tl, tr }) => (tl <= tr ? undefined : "expected tl <= tr"),
  saves: "x",
  wgsl: {
    f: "select(select(x, tl + al * (x - tl), x <= tl), tr + ar * (x - tr), x >= tr)",
    dfdx: "select(select(T(1.0), al, x <= tl), ar, x >= tr)",
    dfdp: {
      tr: "select(T(0.0), 1.0 - ar, x >= tr)",
      ar: "select(T(0.0), x - tr, x >= tr)",
      tl: "select(T(0.0), 1.0 - al, (x <= tl) & (x < tr))",
      al: "select(T(0.0), x - tl, (x <= tl) & (x < tr))",
    },
  },
  derivative: "where(x >= tr, ar, where(x <= tl, al, 1))",
  f: (x, { tr, ar, tl, al }) => (x >= tr ? tr + ar * (x - tr) : x <= tl ? tl + al * (x - tl) : x),
  dfdx: (x, { tr, ar, tl, al }) => (x >= tr ? ar : x <= tl ? al : 1),
  dfdp: {
    tr: (x, { tr, ar }) => (x >= tr ? 1 - ar : 0),
    ar: (x, { tr }) => Math.max(x - tr, 0),
    tl: (x, { tr, tl, al }) => (x < tr && x <= tl ? 1 - al : 0),
    al: (x, { tr, tl }) => (x < tr ? Math.min(x - tl, 0) : 0),
  },
  kinks: ({ tl, tr }) => [tl, tr],
  condition: {
    f: (x, { tr, ar, tl, al }) =>
      x >= tr
        ? Math.abs(tr) + Math.abs(ar * (x - tr))
        : x <= tl
          ? Math.abs(tl) + Math.abs(al * (x - tl))
          : Math.abs(x),
    dfdp: {
      tr: () => 1,
      ar: (x, { tr }) => Math.abs(x) + Math.abs(tr),
      tl: () => 1,
      al: (x, { tl }) => Math.abs(x) + Math.abs(tl),
    },
  },
});
