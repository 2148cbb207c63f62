import { checkNumber } from "../../core/check.ts";
import type { Node } from "../../graph/graph.ts";
import { abs, greater, mul, sub, where } from "../../graph/ops/pointwise.ts";
import { type Loss, type LossOptions, defineLoss } from "../loss.ts";

/** A loss on the differences of prediction and target, both f32 [R or 1, batch, features]. */
const ofDifference = (
  name: string,
  given: LossOptions,
  f: (difference: Node) => Node,
  options: readonly string[] = [],
): Loss => defineLoss(given, { name, options, targets: "values", each: (x, target) => f(sub(x, target)) });

/**
 * (x - target)^2, a value per element: predictions f32[R, batch, features], targets f32[1, batch, features].
 * @throws ActigradError "option" for an unknown reduction, as all losses
 */
export const mse = (options: LossOptions = {}): Loss => ofDifference("mse", options, (d) => mul(d, d));

/** |x - target|, with derivative 0 where they are equal. Shapes as in `mse`. */
export const l1 = (options: LossOptions = {}): Loss => ofDifference("l1", options, abs);

/** Options of `smoothL1`. */
export interface SmoothL1Options extends LossOptions {
  /** Where the square ends; 0 gives l1. Default 1. */
  readonly beta?: number;
}

/**
 * d^2 / (2 beta) for |d| < beta, else |d| - beta / 2. Girshick 2015. Shapes as in `mse`. @throws ActigradError "option" for beta
 * < 0
 */
export function smoothL1(options: SmoothL1Options = {}): Loss {
  const { beta = 1 } = options;
  checkNumber("smooth_l1: beta", beta, { from: 0 });
  if (beta === 0) return ofDifference("smooth_l1", options, abs, ["beta"]);
  return ofDifference(
    "smooth_l1",
    options,
    (d) => {
      const size = abs(d);
      return where(greater(beta, size), mul(mul(d, 0.5 / beta), d), sub(size, beta / 2));
    },
    ["beta"],
  );
}

/** Options of `huber`. */
export interface HuberOptions extends LossOptions {
  /** Where the square ends. Default 1. */
  readonly delta?: number;
}

/**
 * d^2 / 2 for |d| <= delta, else delta (|d| - delta / 2). Huber 1964. Shapes as in `mse`. @throws ActigradError "option" for
 * delta <= 0
 */
export function huber(options: HuberOptions = {}): Loss {
  const { delta = 1 } = options;
  checkNumber("huber: delta", delta, { above: 0 });
  return ofDifference(
    "huber",
    options,
    (d) => {
      const size = abs(d);
      return where(greater(size, delta), mul(sub(size, delta / 2), delta), mul(mul(d, 0.5), d));
    },
    ["delta"],
  );
}
