import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { broadcast } from "../../core/shape.ts";
import { div, maximum, mul, sub } from "./pointwise.ts";
import { sumTo } from "./reduce.ts";

/**
 * -(t ln p + (1 - t) ln(1 - p)) for probabilities p and targets t. As in PyTorch, logarithms are at least -100 and the
 * derivative's denominator p (1 - p) is at least 1e-12, so that both are finite at 0 and 1.
 */
export const binaryCrossEntropyOp: Op<null> = engineOp({
  name: "binaryCrossEntropy",
  shape: (inputs) => ({ shape: broadcast("binaryCrossEntropy", ...inputs), dtype: "f32" }),
  vjp({ inputs: [p, t] }, g) {
    const slope = div(sub(p!, t!), maximum(mul(sub(1, p!), p!), 1e-12));
    return [sumTo(mul(g, slope), p!.shape), undefined];
  },
  kernel: {
    kind: "pointwise",
    wgsl: ([p, t]) => `bce_(${p}, ${t})`,
    functions: () => [
      {
        name: "bce_",
        text: `fn bce_(p: T, t: T) -> T {
  let own = log_(p);
  let other = log1p_(-p);
  return t * select(-own, T(100.0), own < T(-100.0)) + (1.0 - t) * select(-other, T(100.0), other < T(-100.0));
}`,
      },
    ],
  },
});

export const binaryCrossEntropyReference = defineReference(
  binaryCrossEntropyOp,
  ([p, t]) => t! * Math.min(100, -Math.log(p!)) + (1 - t!) * Math.min(100, -Math.log1p(-p!)),
);

/** One value per element; the targets are not differentiated. */
export const binaryCrossEntropy = (p: Node, t: Node): Node => p.graph.add(binaryCrossEntropyOp, [p, t], null);
