import { checkNumber } from "../core/check.ts";
import { ActigradError } from "../core/errors.ts";
import { checkRecord } from "../core/record.ts";
import type { Node, StepValues } from "../graph/graph.ts";
import type { Operand } from "../graph/ops/pointwise.ts";
import type { Schedule } from "./schedule.ts";

/** A learning rate: a number, one per replica, or a function of the step (counted from 0) that gives either. */
export type LearningRate = number | readonly number[] | ((step: number) => number | readonly number[]);

/** A part of a parameter's tensor by its name, as PyTorch has it. */
export interface NamedPart {
  readonly name: string;
  readonly shape: readonly number[];
  /** Where in the tensor of one replica element i of the part lies. */
  index(i: number): number;
  /** A parameter of an activation. */
  readonly kind?: "activation";
}

/** What an optimizer builds its update with. */
export interface UpdateContext {
  readonly replicas: number;
  /** 1 where the update takes place, 0 where it is a no-op: for a replica whose loss was not finite. f32[R, 1, 1] */
  readonly alive: Node;
  /** False for parameters that weight decay leaves alone, such as the slopes of activations. Default true. */
  readonly weightDecay?: boolean;
  /** What groups of parameters are chosen by. */
  readonly parts?: readonly NamedPart[];
}

/**
 * An optimizer is written in graph ops: its update is fused into the product that makes the gradient, planned and
 * interpreted like everything else.
 */
export interface Optimizer {
  readonly name: string;
  readonly schedule?: Schedule;
  /** Appends the update of one parameter; returns its new version. */
  update(parameter: Node, gradient: Node, context: UpdateContext): Node;
  /** The scalars of a step (counted from 0), computed in float64. */
  scalars(step: number, replicas: number): StepValues;
}

/** Parameters with a learning rate or a weight decay of their own: made by `parameterGroup`, which brings its code along. */
export interface ParameterGroup {
  readonly lr?: LearningRate;
  readonly weightDecay?: number;
  /** Whether a parameter of this name, and perhaps of an activation, belongs to it. */
  contains(name: string, kind?: NamedPart["kind"]): boolean;
  /** Set for the group of what activations learn: it alone can decay them. */
  readonly kind?: NamedPart["kind"];
  /**
   * @internal A value that depends on the group, for a parameter's tensor: `value` of a group's index, -1 for what is in none.
   * One operand, or one per row where its tensor holds several groups.
   */
  readonly choose: (
    w: Node,
    context: UpdateContext,
    groups: readonly ParameterGroup[],
    value: (group: number) => Operand,
  ) => Operand;
}

/** Options that all optimizers have. */
export interface OptimizerOptions {
  /** Default 1e-3, unless the optimizer says otherwise. */
  readonly lr?: LearningRate;
  readonly weightDecay?: number;
  /** How the learning rate changes with the steps. */
  readonly schedule?: Schedule;
  /** The first group that a parameter belongs to counts; options that it does not name are those of all. */
  readonly groups?: readonly ParameterGroup[];
}

/** @throws ActigradError "option" for what is no optimizer */
export const checkOptimizer = (optimizer: unknown): void =>
  checkRecord("optimizer", optimizer, {
    name: "string",
    update: "function",
    scalars: "function",
    schedule: "object undefined",
  } satisfies Record<keyof Optimizer, string>);

/** The learning rates of a step, one per replica; checked. */
export function learningRates(lr: LearningRate, step: number, replicas: number): number[] {
  const value = typeof lr === "function" ? lr(step) : lr;
  const rates = typeof value === "number" ? Array.from({ length: replicas }, () => value) : [...value];
  if (rates.length !== replicas) {
    throw new ActigradError("option", `lr: ${rates.length} learning rates for ${replicas} replicas`);
  }
  // A function may fall until float32 has no number as small; one that is given is not meant to be 0.
  const seen = typeof lr === "function" ? rates.map(Math.fround) : rates;
  for (const rate of seen) checkNumber("lr", rate, { from: 0 });
  return rates;
}

/** `step => values`, as `StepValues` want them: a number for one replica, else one each. */
export const replicaValues = (values: readonly number[]): number | readonly number[] =>
  values.length === 1 ? values[0]! : values;
