import { broadcast } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { sumTo } from "./reduce.ts";

/** Who gets the gradient of equal largest values: the first of them, or each its share. */
export type Ties = "first" | "even";

export interface LargestAttrs {
  readonly ties: Ties;
}
export interface LargestGradAttrs extends LargestAttrs {
  /** Which of the values. */
  readonly index: number;
}

/** The largest of its inputs, at each element. */
export const largestOp: Op<LargestAttrs> = engineOp({
  name: "largest",
  shape: (inputs) => ({ shape: broadcast("largest", ...inputs), dtype: "f32" }),
  vjp: ({ inputs, attrs: { ties } }, g) =>
    inputs.map((input, index) =>
      sumTo(input.graph.add(largestGrad, [g, ...inputs], { ties, index }), input.shape),
    ),
  kernel: { kind: "pointwise", wgsl: (args) => args.reduce((a, b) => `max(${a}, ${b})`) },
});

/** What input `index` gets of g: all of it where it is the first largest (or its share of it), else 0. */
export const largestGrad: Op<LargestGradAttrs> = engineOp({
  name: "largestGrad",
  shape: (inputs) => ({ shape: broadcast("largestGrad", ...inputs), dtype: "f32" }),
  kernel: {
    kind: "pointwise",
    wgsl([g, ...values], { index, ties }) {
      const own = values[index]!;
      const wins = values.flatMap((other, i) => {
        if (i === index) return [];
        return [`(${own} ${i < index && ties === "first" ? ">" : ">="} ${other})`];
      });
      const equals = values.map((other) => `select(T(0.0), T(1.0), ${other} == ${own})`);
      const share = ties === "first" ? g! : `${g} / (${equals.join(" + ")})`;
      return `select(T(0.0), ${share}, ${wins.join(" & ")})`;
    },
  },
});

/** The largest of the values, at each element. */
export const largest = (values: readonly Node[], ties: Ties = "first"): Node =>
  values[0]!.graph.add(largestOp, values, { ties });

export const largestReference = defineReference(largestOp, (values) => Math.max(...values));

export const largestGradReference = defineReference(largestGrad, ([g, ...values], { index, ties }) => {
  const max = Math.max(...values);
  if (ties === "first") return values.indexOf(max) === index ? g! : 0;
  return values[index] === max ? g! / values.filter((v) => v === max).length : 0;
});
