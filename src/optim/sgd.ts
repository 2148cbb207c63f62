import { add, mul, sub } from "../ops/pointwise.ts";
import {
  type LearningRate,
  type Optimizer,
  checkRange,
  learningRates,
  moment,
  perReplica,
  replace,
  replicaValues,
} from "./optimizer.ts";

export interface SgdOptions {
  readonly lr: LearningRate;
  /** v = momentum * v + g, w -= lr * v; 0 keeps no state. */
  readonly momentum?: number;
  /** Added to the gradient as weightDecay * w. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent, in PyTorch's form (the first step's velocity is the gradient). */
export function sgd({ lr, momentum = 0, weightDecay = 0 }: SgdOptions): Optimizer {
  checkRange("momentum", momentum, 0, 1);
  checkRange("weightDecay", weightDecay, 0, Infinity);
  return {
    name: "sgd",
    update(w, gradient, context) {
      const g =
        weightDecay === 0 || context.weightDecay === false ? gradient : add(gradient, mul(w, weightDecay));
      let direction = g;
      if (momentum !== 0) {
        const v = moment(w, "momentum");
        direction = add(mul(v, momentum), g);
        replace(v, direction, context);
      }
      replace(w, sub(w, mul(direction, perReplica(context, w, "lr"))), context);
    },
    scalars: (step, replicas) => ({ lr: replicaValues(learningRates(lr, step, replicas)) }),
  };
}
