import { checkNumber } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import { checkRecord } from "../core/record.ts";
import { type Node, checkNode } from "../graph/graph.ts";
import { type Operand, add, mul, sub, where } from "../graph/ops/pointwise.ts";
import { assign } from "../graph/ops/assign.ts";
import { state, stepScalar } from "../graph/ops/source.ts";
import {
  type LearningRate,
  type Optimizer,
  type OptimizerOptions,
  type ParameterGroup,
  type UpdateContext,
  learningRates,
  replicaValues,
} from "./optimizer.ts";

/** Tools for a rule to build the move of one parameter with. */
export interface RuleTools {
  /** A state with the parameter's shape: `0.linear/momentum`. It starts at 0. */
  moment(name: string): Node;
  /** Replaces a state where the update happens; returns the value. */
  replace(state: Node, value: Node): Node;
  /** A scalar of the update, shared by all replicas, from the rule's `scalars`. */
  scalar(name: string): Node;
  /** The rule's momentum and 1 - momentum: numbers, or step scalars if the schedule changes them. */
  readonly momentum: Operand;
  readonly rest: Operand;
}

/** An optimizer's own part: the direction of a move. Learning rates, groups, schedules and weight decay work alike for all. */
export interface Rule {
  /** Its name in step scalars; its states are named `PARAMETER/MOMENT`. */
  readonly name: string;
  /** Defaults of the options; 1e-3 and 0 if left out. */
  readonly lr?: number;
  readonly weightDecay?: number;
  /** Names of its options besides the shared ones: unknown ones are then refused. */
  readonly options?: readonly string[];
  /** Whether weight decay shrinks the weights by lr * weightDecay instead of adding weightDecay * w to the gradient. */
  readonly decoupled?: boolean;
  /** The momentum that a schedule may cycle. */
  readonly momentum?: number;
  /** What to subtract from the parameter at a learning rate of 1, with its shape. Replaces the rule's states. */
  move(gradient: Node, w: Node, tools: RuleTools): Node;
  /** A factor on the learning rate at update t, counted from 0. */
  factor?(t: number, momentum: number): number;
  /** The value of `tools.scalar` at update t, computed in float64. */
  scalars?(t: number, momentum: number): Readonly<Record<string, number>>;
}

const fields = {
  name: "string",
  move: "function",
  lr: "number undefined",
  weightDecay: "number undefined",
  options: "array undefined",
  decoupled: "boolean undefined",
  momentum: "number undefined",
  factor: "function undefined",
  scalars: "function undefined",
} satisfies Record<keyof Rule, string>;

/** @throws ActigradError "option" for groups that were not made by `parameterGroup` */
function checkGroups(groups: readonly ParameterGroup[]): void {
  if (groups.every((group) => typeof (group as Partial<ParameterGroup>).choose === "function")) return;
  throw new ActigradError("option", "groups: each must be made by parameterGroup", {
    hint: 'such as parameterGroup("*.bias", { weightDecay: 0 })',
  });
}

/**
 * Makes an optimizer from its rule: `defineOptimizer(options, { name: "signsgd", move: (gradient) => sign(gradient) })`. Learning
 * rates, schedules, groups, weight decay and replicas with a loss that is not finite are handled for it.
 * @throws ActigradError "option" for a faulty rule, or a weight decay below 0; when a step is recorded, "shape" for a move that
 * does not have the parameter's shape
 */
export function defineOptimizer(options: OptimizerOptions, rule: Rule): Optimizer {
  checkRecord("optimizer", rule, fields);
  if (rule.options !== undefined)
    checkOptions(rule.name, options, ["lr", "weightDecay", "schedule", "groups", ...rule.options]);
  const { lr = rule.lr ?? 1e-3, weightDecay = rule.weightDecay ?? 0, schedule, groups = [] } = options;
  checkGroups(groups);
  const byGroup: ParameterGroup["choose"] =
    groups[0]?.choose ?? ((_w, _context, _groups, value) => value(-1));
  const decayOf = (group: number): number => groups[group]?.weightDecay ?? weightDecay;
  const rateOf = (group: number): LearningRate => groups[group]?.lr ?? lr;
  const all = [-1, ...groups.keys()];
  for (const group of all) checkNumber("weightDecay", decayOf(group), { from: 0 });
  const suffix = (group: number): string => (group < 0 || groups[group]!.lr === undefined ? "" : `.${group}`);
  const { decoupled = false, momentum = 0 } = rule;
  const cycles = rule.momentum !== undefined && schedule?.momentum !== undefined;
  const momentumAt = (t: number): number => (cycles ? schedule.momentum!(momentum, t) : momentum);

  return {
    name: rule.name,
    ...(schedule && { schedule }),
    update(w, gradient, context) {
      const { graph } = w;
      const perReplica = (name: string): Node => stepScalar(graph, name, context.replicas);
      const scalar = (name: string): Node => stepScalar(graph, `${rule.name}.${name}`);
      const decayHere = (group: number): number =>
        context.weightDecay === false && groups[group]?.kind === undefined ? 0 : decayOf(group);
      const replace = (target: Node, value: Node): Node => {
        assign(target, where(context.alive, value, target));
        return value;
      };
      const decay = byGroup(w, context, groups, decayHere);
      const g = decay === 0 || decoupled ? gradient : add(gradient, mul(w, decay));
      const rate = byGroup(w, context, groups, (group) => perReplica(`${rule.name}.rate${suffix(group)}`));
      const move = rule.move(g, w, {
        moment: (name) => state(graph, `${w.label}/${name}`, w.shape),
        replace,
        scalar,
        momentum: cycles ? scalar("momentum") : momentum,
        rest: cycles ? scalar("rest") : 1 - momentum,
      });
      checkNode(`optimizer "${rule.name}": move`, move, w);
      const shrunk = decoupled && decay !== 0 ? sub(w, mul(w, shrinkage(w, context, decayHere))) : w;
      return assign(w, where(context.alive, sub(shrunk, mul(move, rate)), w));
    },
    scalars(t, replicas) {
      const m = momentumAt(t);
      const factor = rule.factor?.(t, m) ?? 1;
      const values: Record<string, number | readonly number[]> = {};
      for (const group of all) {
        const base = learningRates(rateOf(group), t, replicas);
        const rates = base.map((rate, r) => schedule?.lr(rate, t, r) ?? rate);
        values[`${rule.name}.rate${suffix(group)}`] = replicaValues(rates.map((rate) => rate * factor));
        values[`${rule.name}.shrink.${group}`] = replicaValues(rates.map((rate) => rate * decayOf(group)));
      }
      const own = Object.entries(rule.scalars?.(t, m) ?? {}).map(([name, v]) => [`${rule.name}.${name}`, v]);
      const cycled = cycles ? { [`${rule.name}.momentum`]: m, [`${rule.name}.rest`]: 1 - m } : {};
      return { ...values, ...Object.fromEntries(own), ...cycled };
    },
  };

  /** lr * weightDecay, one value per replica. */
  function shrinkage(w: Node, context: UpdateContext, decayHere: (group: number) => number): Operand {
    return byGroup(w, context, groups, (group) =>
      decayHere(group) === 0 ? 0 : stepScalar(w.graph, `${rule.name}.shrink.${group}`, context.replicas),
    );
  }
}
