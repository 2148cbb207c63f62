import type { Node } from "../graph/graph.ts";
import { crossEntropyRows } from "../ops/crossEntropy.ts";
import { mean } from "../ops/mean.ts";
import { mul, sub } from "../ops/pointwise.ts";

/** How a prediction is judged. */
export interface Loss {
  readonly name: string;
  /** Class numbers u32[1, batch, 1], or values f32[1, batch, features]. */
  readonly targets: "classes" | "values";
  /** One value a row: f32[R, batch, 1]. The loss of a batch is their mean. */
  perRow(prediction: Node, target: Node): Node;
}

/** Mean of -log softmax(logits)[label] over the batch. */
export const crossEntropy = (): Loss => ({
  name: "crossEntropy",
  targets: "classes",
  perRow: crossEntropyRows,
});

/** Mean of (prediction - target)^2 over batch and features. */
export const mse = (): Loss => ({
  name: "mse",
  targets: "values",
  perRow(prediction, target) {
    const difference = sub(prediction, target);
    return mean(mul(difference, difference), [2]);
  },
});
