import { checkNumber } from "../core/check.ts";
import { ActigradError } from "../core/errors.ts";
import { checkRecord } from "../core/record.ts";
import type { Node, StepValues } from "../graph/graph.ts";
import type { Operand } from "../graph/ops/pointwise.ts";
import type { Schedule } from "./schedule.ts";

/** A learning rate: a number, one per replica, or a function of the step (counted from 0) that gives either. */
export type LearningRate = number | readonly number[] | ((step: number) => number | readonly number[]);

/** A named part of a parameter's tensor, as in PyTorch. */
export interface NamedPart {
  readonly name: string;
  readonly shape: readonly number[];
  /** Index of the part's element i in the tensor of one replica. */
  index(i: number): number;
  /** A parameter of an activation. */
  readonly kind?: "activation";
}

/** What an optimizer uses to build its update. */
export interface UpdateContext {
  readonly replicas: number;
  /** 1 where the update happens, 0 where it is a no-op because the replica's loss was not finite. f32[R, 1, 1] */
  readonly alive: Node;
  /** False for parameters without weight decay, such as the slopes of activations. Default true. */
  readonly weightDecay?: boolean;
  /** What groups select parameters by. */
  readonly parts?: readonly NamedPart[];
}

/**
 * An optimizer is written in graph ops: its update is fused into the product that computes the gradient, and planned and
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

/** Parameters with their own learning rate or weight decay: made by `parameterGroup`, which brings the code for it. */
export interface ParameterGroup {
  readonly lr?: LearningRate;
  readonly weightDecay?: number;
  /** Whether a parameter (by its name, and its activation if any) belongs to the group. */
  contains(name: string, kind?: NamedPart["kind"]): boolean;
  /** Set for the group of activations' learned parameters: only this group can make them decay. */
  readonly kind?: NamedPart["kind"];
  /**
   * @internal A value that depends on a parameter's group: `value` takes the group's index, or -1 outside of any group. One
   * operand, or one per row if the tensor contains several groups.
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
  /** The first matching group counts; options that it leaves out are the optimizer's own. */
  readonly groups?: readonly ParameterGroup[];
}

/** @throws ActigradError "option" for anything but an optimizer */
export const checkOptimizer = (optimizer: unknown): void =>
  checkRecord("optimizer", optimizer, {
    name: "string",
    update: "function",
    scalars: "function",
    schedule: "object undefined",
  } satisfies Record<keyof Optimizer, string>);

/** The checked learning rates of a step, one per replica. */
export function learningRates(lr: LearningRate, step: number, replicas: number): number[] {
  const value = typeof lr === "function" ? lr(step) : lr;
  const rates = typeof value === "number" ? Array.from({ length: replicas }, () => value) : [...value];
  if (rates.length !== replicas) {
    throw new ActigradError("option", `lr: ${rates.length} learning rates for ${replicas} replicas`);
  }
  // A function may become too small for float32; a given number that does is a mistake.
  const seen = typeof lr === "function" ? rates.map(Math.fround) : rates;
  for (const rate of seen) checkNumber("lr", rate, { from: 0 });
  return rates;
}

/** `step => values`, for `StepValues`: a number for one replica, otherwise one per replica. */
export const replicaValues = (values: readonly number[]): number | readonly number[] =>
  values.length === 1 ? values[0]! : values;
