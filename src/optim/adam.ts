import type { Node } from "../graph/graph.ts";
import { add, div, mul, sqrt, sub } from "../ops/pointwise.ts";
import { stepScalar } from "../ops/source.ts";
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

export interface AdamOptions {
  readonly lr: LearningRate;
  /** Decay of the first and the second moment. */
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weightDecay?: number;
}

/** Adam. Kingma, Ba 2015. Weight decay is added to the gradient. */
export const adam = (options: AdamOptions): Optimizer => adamLike("adam", options, false);

/** Adam with decoupled weight decay, 0.01 by default as in PyTorch. Loshchilov, Hutter 2019. */
export const adamW = (options: AdamOptions): Optimizer =>
  adamLike("adamw", { weightDecay: 0.01, ...options }, true);

function adamLike(
  name: string,
  { lr, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 }: AdamOptions,
  decoupled: boolean,
): Optimizer {
  const [beta1, beta2] = betas;
  checkRange("beta1", beta1, 0, 1);
  checkRange("beta2", beta2, 0, 1);
  checkRange("eps", eps, 0, Infinity);
  checkRange("weightDecay", weightDecay, 0, Infinity);
  return {
    name,
    update(w, gradient, context) {
      const decays = weightDecay !== 0 && context.weightDecay !== false;
      const g = decays && !decoupled ? add(gradient, mul(w, weightDecay)) : gradient;
      const [m, v] = [moment(w, "m"), moment(w, "v")];
      const newM = add(mul(m, beta1), mul(g, 1 - beta1));
      const newV = add(mul(v, beta2), mul(mul(g, g), 1 - beta2));
      replace(m, newM, context);
      replace(v, newV, context);
      // sqrt(v / (1 - beta2^t)) + eps, with the root of the correction taken in float64
      const root = add(mul(sqrt(newV), stepScalar(w.graph, "adam.rootCorrection")), eps);
      const move = mul(div(newM, root), perReplica(context, w, "adam.stepSize"));
      replace(w, sub(decays && decoupled ? decay(w, context) : w, move), context);
    },
    scalars(step, replicas) {
      const rates = learningRates(lr, step, replicas);
      const correction1 = 1 - beta1 ** (step + 1);
      return {
        "adam.stepSize": replicaValues(rates.map((rate) => rate / correction1)),
        "adam.rootCorrection": 1 / Math.sqrt(1 - beta2 ** (step + 1)),
        ...(decoupled && weightDecay !== 0
          ? { "adam.decay": replicaValues(rates.map((r) => r * weightDecay)) }
          : {}),
      };
    },
  };

  function decay(w: Node, context: Parameters<Optimizer["update"]>[2]): Node {
    return sub(w, mul(w, perReplica(context, w, "adam.decay")));
  }
}
