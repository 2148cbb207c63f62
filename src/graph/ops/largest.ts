import { broadcast } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import type { WgslFunction } from "../../core/wgsl.ts";
import { sumTo } from "./reduce.ts";

/** Which of equal largest values gets the gradient: the first, or each its share. */
export type Ties = "first" | "even";

export interface LargestAttrs {
  readonly ties: Ties;
}
export interface LargestGradAttrs extends LargestAttrs {
  /** Which of the values. */
  readonly index: number;
}

/** Whether a is the larger one; NaN is the largest of all, so that a maximum never loses it. */
const functions = (): readonly WgslFunction[] => [
  { name: "beats_", text: "fn beats_(a: T, b: T) -> B {\n  return (a > b) | (is_nan_(a) & !is_nan_(b));\n}" },
];

/** The largest of its inputs, at each element; NaN where any is NaN. */
export const largestOp: Op<LargestAttrs> = engineOp({
  name: "largest",
  shape: (inputs) => ({ shape: broadcast("largest", ...inputs), dtype: "f32" }),
  vjp: ({ inputs, attrs: { ties } }, g) =>
    inputs.map((input, index) =>
      sumTo(input.graph.add(largestGrad, [g, ...inputs], { ties, index }), input.shape),
    ),
  kernel: {
    kind: "pointwise",
    functions: () => [
      ...functions(),
      { name: "larger_", text: "fn larger_(a: T, b: T) -> T {\n  return select(a, b, beats_(b, a));\n}" },
    ],
    wgsl: (args) => args.reduce((a, b) => `larger_(${a}, ${b})`),
  },
});

/** Input `index`'s part of g: all of it where this input is the first largest (or its share of it), otherwise 0. */
export const largestGrad: Op<LargestGradAttrs> = engineOp({
  name: "largestGrad",
  shape: (inputs) => ({ shape: broadcast("largestGrad", ...inputs), dtype: "f32" }),
  kernel: {
    kind: "pointwise",
    functions,
    wgsl([g, ...values], { index, ties }) {
      const own = values[index]!;
      const wins = values.flatMap((other, i) => {
        if (i === index) return [];
        return [i < index && ties === "first" ? `beats_(${own}, ${other})` : `!beats_(${other}, ${own})`];
      });
      // Where this input is a largest, none beats it: those that it does not beat are its equals.
      const equals = values.map((other) => `select(T(1.0), T(0.0), beats_(${own}, ${other}))`);
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
  const wins = values.map((v) => v === max || (Number.isNaN(v) && Number.isNaN(max)));
  if (ties === "first") return wins.indexOf(true) === index ? g! : 0;
  return wins[index] ? g! / wins.filter(Boolean).length : 0;
});
