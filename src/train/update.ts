import { checkCount, checkNumber } from "../core/check.ts";
import { ActigradError } from "../core/errors.ts";
import type { Node, StepValues } from "../graph/graph.ts";
import type { Parameter } from "../nn/layer.ts";
import { orOne } from "../nn/loss.ts";
import { assign, assignOp } from "../graph/ops/assign.ts";
import { add, div, greater, mul, sub, where } from "../graph/ops/pointwise.ts";
import { guard, stillAlive } from "../graph/ops/guard.ts";
import { expand } from "../graph/ops/reduce.ts";
import { state, stepScalar } from "../graph/ops/source.ts";
import type { Clip } from "../optim/clip.ts";
import type { Optimizer } from "../optim/optimizer.ts";

/** What happens to gradients besides the optimizer's rule. */
export interface UpdateOptions {
  /** Limits the gradients of an update. */
  readonly clip?: Clip;
  /** Steps whose gradients are averaged into one update, which enlarges the effective batch by this factor. Default 1. */
  readonly accumulate?: number;
  /** Keeps a moving average of the weights, ema * average + (1 - ema) * weights after each update. */
  readonly ema?: number;
}

/** The name of a parameter's moving average. */
export const averageOf = (parameter: string): string => `${parameter}/ema`;

/** @throws ActigradError "option" for an accumulation below 1, a decay outside [0, 1) */
export function checkUpdate({ accumulate = 1, ema = 0 }: UpdateOptions): void {
  checkCount("accumulate", accumulate);
  checkNumber("ema", ema, { from: 0, below: 1 });
}

/** Where and with what the updates are made. */
export interface UpdatePlace {
  readonly optimizer: Optimizer;
  readonly replicas: number;
  /** 1 while a replica's losses were finite, then 0. f32[R, 1, 1] */
  readonly alive: Node;
  /**
   * The divisor of the step's mean, if it varies between steps. Accumulated gradients are then those of sums: they are added, and
   * divided by the total count of the update. An update over nothing does not happen.
   */
  readonly count?: Node;
}

/**
 * Appends the updates of all parameters that have a gradient: accumulated, clipped, applied by the optimizer, averaged. If
 * clipping computes the norm, which is finite only if every gradient is, a norm that is not finite sets its replica's `alive` to
 * 0 before anything is written.
 * @returns the norm of the gradients before clipping, f32[R, 1, 1], if it is computed
 */
export function appendUpdates(
  parameters: readonly Parameter[],
  gradients: readonly (Node | undefined)[],
  { optimizer, replicas, alive, count }: UpdatePlace,
  { clip, accumulate = 1, ema }: UpdateOptions,
): Node | undefined {
  const { graph } = alive;
  // A parameter that the output does not depend on has no gradient.
  const moved = parameters.flatMap((parameter, i) => {
    const gradient = gradients[i];
    return gradient === undefined ? [] : [{ parameter, gradient }];
  });
  const due = accumulate > 1 ? stepScalar(graph, "update") : undefined;
  /** Adds to the gradients of an update's earlier steps; the update takes the sum. */
  const accumulated = (name: string, value: Node): Node => {
    if (due === undefined) return value;
    const kept = state(graph, `${name}/accumulated`, value.shape);
    const total = add(kept, value);
    assign(kept, where(alive, where(due, 0, total), kept));
    return total;
  };
  const counted = count && accumulated("loss.count", expand(count, alive.shape));
  const own = moved.map(({ parameter: { node }, gradient }) => {
    if (due === undefined) return gradient;
    const total = accumulated(node.label, gradient);
    return counted === undefined ? mul(total, 1 / accumulate) : div(total, orOne(counted));
  });
  const { gradients: clipped, norm } = clip?.apply(own) ?? { gradients: own };
  const gates = [
    ...(due === undefined ? [] : [due]),
    ...(counted === undefined ? [] : [greater(counted, 0)]),
  ];
  const living = norm === undefined ? alive : assign(alive, stillAlive(alive, norm));
  const taken = gates.reduce((all, gate) => mul(all, gate), living);
  // Accumulation is watched in every step, except skipped ones.
  const watched = due === undefined ? taken : living;
  for (const [i, { parameter }] of moved.entries()) {
    const { node, weightDecay = true, views: parts } = parameter;
    graph.scope(node.label, () => {
      // If the norm is finite, so is every gradient.
      const passed = norm === undefined ? guard(taken, clipped[i]!, living, watched) : taken;
      const newest = optimizer.update(node, clipped[i]!, { replicas, alive: passed, weightDecay, parts });
      if ((newest as Node | undefined)?.op !== assignOp || newest.inputs[0] !== node) {
        throw new ActigradError("option", `optimizer "${optimizer.name}": update replaced nothing`, {
          hint: "return assign(parameter, ...), or make the optimizer with defineOptimizer",
        });
      }
      if (ema === undefined) return;
      const average = state(graph, averageOf(node.label), node.shape);
      const next = add(newest, mul(sub(average, newest), stepScalar(graph, "ema.keep")));
      assign(average, where(taken, next, average));
    });
  }
  return norm;
}

/** The step scalars of the updates; the optimizer counts updates, not steps. */
export function updateScalars(
  step: number,
  replicas: number,
  optimizer: Optimizer,
  { accumulate = 1, ema }: UpdateOptions,
): StepValues {
  const update = Math.floor(step / accumulate);
  return {
    ...optimizer.scalars(update, replicas),
    ...(accumulate > 1 && { update: (step + 1) % accumulate === 0 ? 1 : 0 }),
    // The first average is the weights after the first update.
    ...(ema !== undefined && { "ema.keep": update === 0 ? 0 : ema }),
  };
}
