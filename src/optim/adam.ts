import { ActigradError } from "../core/errors.ts";
import { checkNumber } from "../core/check.ts";
import { add, div, maximum, mul, sqrt } from "../graph/ops/pointwise.ts";
import { type Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { defineOptimizer } from "./rule.ts";

/** Options of the optimizers with a first and a second moment. */
export interface MomentOptions extends OptimizerOptions {
  /** Decay of the first and second moment. Default 0.9, 0.999. */
  readonly betas?: readonly [number, number];
  /** Added to the root. Default 1e-8. */
  readonly eps?: number;
}

/** Options of `adam` and `adamW`. */
export interface AdamOptions extends MomentOptions {
  /** Divides by the largest second moment so far. Reddi, Kale, Kumar 2018. */
  readonly amsgrad?: boolean;
}

/**
 * Adam, with weight decay added to the gradient. Kingma, Ba 2015. Default lr 0.001.
 * @throws ActigradError "option" for values out of range; when a step is recorded, for a learning rate that is not a number of at
 * least 0
 */
export const adam = (options: AdamOptions = {}): Optimizer => adamLike("adam", options, false);

/**
 * Adam with decoupled weight decay, 0.01 by default as in PyTorch. Loshchilov, Hutter 2019.
 * @throws ActigradError "option" for values out of range; when a step is recorded, for a learning rate that is not a number of at
 * least 0
 */
export const adamW = (options: AdamOptions = {}): Optimizer => adamLike("adamw", options, true);

/** The two decays of an optimizer. @throws ActigradError "option" unless they are two numbers from 0 to below 1 */
export function checkBetas(betas: readonly number[]): { beta1: number; beta2: number } {
  const [beta1, beta2] = betas;
  if (betas.length !== 2 || beta1 === undefined || beta2 === undefined)
    throw new ActigradError(
      "option",
      `betas must be two numbers, such as 0.9 and 0.999, got ${betas.length}`,
    );
  checkNumber("beta1", beta1, { from: 0, below: 1 });
  checkNumber("beta2", beta2, { from: 0, below: 1 });
  return { beta1, beta2 };
}

/** @throws ActigradError "option" for betas outside [0, 1) or eps below 0 */
export function checkMoments({ betas = [0.9, 0.999], eps = 1e-8 }: MomentOptions): {
  beta1: number;
  beta2: number;
  eps: number;
} {
  const both = checkBetas(betas);
  checkNumber("eps", eps, { above: 0 });
  return { ...both, eps };
}

function adamLike(name: string, options: AdamOptions, decoupled: boolean): Optimizer {
  const { beta1, beta2, eps } = checkMoments(options);
  return defineOptimizer(options, {
    name,
    options: ["betas", "eps", "amsgrad"],
    decoupled,
    ...(decoupled && { weightDecay: 0.01 }),
    momentum: beta1,
    move(g, _, { moment, replace, scalar, momentum, rest }) {
      const [m, v] = [moment("m"), moment("v")];
      const newM = replace(m, add(mul(m, momentum), mul(g, rest)));
      const newV = replace(v, add(mul(v, beta2), mul(mul(g, g), 1 - beta2)));
      let second = newV;
      if (options.amsgrad === true) {
        const largest = moment("largest");
        second = replace(largest, maximum(largest, newV));
      }
      // sqrt(v / (1 - beta2^t)) + eps, with the correction's root computed in float64
      return div(newM, add(mul(sqrt(second), scalar("rootCorrection")), eps));
    },
    factor: (t, momentum) => 1 / (1 - momentum ** (t + 1)),
    scalars: (t) => ({ rootCorrection: 1 / Math.sqrt(1 - beta2 ** (t + 1)) }),
  });
}
