import { ActigradError } from "../core/errors.ts";
import type { Node } from "../graph/graph.ts";
import { where } from "../ops/pointwise.ts";
import { assign } from "../ops/assign.ts";
import { state, stepScalar } from "../ops/source.ts";
import type { StepValues } from "../graph/op.ts";

/** A learning rate: a number, one a replica, or a function of the step (counted from 0) that gives either. */
export type LearningRate = number | readonly number[] | ((step: number) => number | readonly number[]);

/** What an optimizer builds its update with. */
export interface UpdateContext {
  readonly replicas: number;
  /** 1 while a replica's losses were finite, then 0: its updates become no-ops. f32[R, 1, 1] */
  readonly alive: Node;
  /** False for parameters that weight decay leaves alone, such as the slopes of activations. Default true. */
  readonly weightDecay?: boolean;
}

/**
 * An optimizer is written in graph ops: its update is fused into the product that makes the gradient, planned and
 * interpreted like everything else.
 */
export interface Optimizer {
  readonly name: string;
  /** Appends the update of one parameter. */
  update(parameter: Node, gradient: Node, context: UpdateContext): void;
  /** The scalars of a step (counted from 0), computed in float64. */
  scalars(step: number, replicas: number): StepValues;
}

/** The learning rates of a step, one a replica; checked. */
export function learningRates(lr: LearningRate, step: number, replicas: number): number[] {
  const value = typeof lr === "function" ? lr(step) : lr;
  const rates = typeof value === "number" ? Array.from({ length: replicas }, () => value) : [...value];
  if (rates.length !== replicas) {
    throw new ActigradError("option", `lr: ${rates.length} learning rates for ${replicas} replicas`);
  }
  const bad = rates.find((rate) => !Number.isFinite(rate) || rate < 0);
  if (bad !== undefined)
    throw new ActigradError("option", `lr must be a finite number of at least 0, got ${bad}`);
  return rates;
}

/** A step scalar with one value a replica, f32[R, 1, 1]. */
export const perReplica = (context: UpdateContext, like: Node, name: string): Node =>
  stepScalar(like.graph, name, context.replicas);

/** A state beside a parameter, of its shape: `0.linear/momentum`. It starts at 0. */
export const moment = (parameter: Node, name: string): Node =>
  state(parameter.graph, `${parameter.label}/${name}`, parameter.shape);

/** Replaces a state where its replica is alive. */
export const replace = (target: Node, value: Node, { alive }: UpdateContext): Node =>
  assign(target, where(alive, value, target));

/** `step => values`, as `StepValues` want them: a number for one replica, else one each. */
export const replicaValues = (values: readonly number[]): number | readonly number[] =>
  values.length === 1 ? values[0]! : values;

/** @throws ActigradError "option" unless from <= value < below. */
export function checkRange(name: string, value: number, from: number, below: number): void {
  if (value >= from && value < below) return;
  const range = below === Infinity ? `at least ${from}` : `from ${from} to below ${below}`;
  throw new ActigradError("option", `${name} must be a number ${range}, got ${value}`);
}
