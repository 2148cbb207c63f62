/**
 * A probe measures inside a network: ops on the graph's own tensors, on the GPU, so that only figures come back. It is part
 * of an inspection's graph (`inspect`), never of the training step: training is the same with it and without.
 */
import type { Shape } from "../../../core/shape.ts";
import { checkRecord } from "../../../core/record.ts";
import { type Graph, type Node, type StepValues, checkNode } from "../../../graph/graph.ts";
import type { Layer, Parameter } from "../../../nn/layer.ts";
import { total } from "../../../nn/loss.ts";
import { abs, div, mul, sqrt, where } from "../../../graph/ops/pointwise.ts";
import { largestOf } from "../../../graph/ops/reduce.ts";

/** A layer with what goes in and what comes out: [R or 1, rows, features], of images [R or 1, rows, height, width, channels]. */
export interface ProbedLayer {
  readonly name: string;
  readonly layer: Layer;
  readonly input: Node;
  readonly output: Node;
}

/** What a probe builds with. */
export interface ProbeContext {
  readonly graph: Graph;
  readonly replicas: number;
  readonly rows: number;
  readonly x: Node;
  readonly output: Node;
  readonly layers: readonly ProbedLayer[];
  /** Those that training moves. */
  readonly parameters: readonly Parameter[];
  /** Labels u32 or values f32, [1, rows, ...]. @throws ActigradError "option" for points, which have none */
  target(): Node;
  /** d(mean loss over the rows)/d(each); undefined where the loss does not depend on it. @throws as `target` */
  gradients(of: readonly Node[]): readonly (Node | undefined)[];
  /** A tensor of this inspection that stays from run to run; it starts at 0. */
  state(name: string, shape: Shape): Node;
}

/** What is measured inside a network, in graph ops: its figures are computed in the inspected pass itself. */
export interface Probe {
  /** Under which its figures are read; two probes of one inspection have different ones. */
  readonly name: string;
  /** Appends its nodes; what it measures, by key: mostly the name of a layer. */
  build(context: ProbeContext): Readonly<Record<string, Node>>;
  /** True gives every replica inputs of its own, where a gradient with respect to them is wanted. */
  readonly ownInputs?: boolean;
  /** Scalars of a run, counted from 0. */
  scalars?(run: number, replicas: number): StepValues;
}

const fields = {
  name: "string",
  build: "function",
  ownInputs: "boolean undefined",
  scalars: "function undefined",
} satisfies Record<keyof Probe, string>;

/**
 * A probe from its record.
 * @throws ActigradError "option" for a record with a fault; from `inspect` unless `build` gives nodes by their keys, and
 * "shape" for one whose first axis is neither 1 nor the replicas
 */
export function defineProbe(record: Probe): Probe {
  checkRecord("probe", record, fields);
  return {
    ...record,
    build(context) {
      const what = `probe "${record.name}": build`;
      const figures = record.build(context);
      checkRecord(
        `what ${what} returned`,
        figures,
        Object.fromEntries(Object.keys(figures ?? {}).map((key) => [key, "object"])),
      );
      for (const [key, node] of Object.entries(figures))
        checkNode(`${what}, "${key}",`, node, context.output, ([z]) => z === 1 || z === context.replicas);
      return figures;
    },
  };
}

/** All axes but the replicas'. */
const inner = (x: Node): number[] => x.shape.slice(1).map((_, i) => i + 1);

/** The mean over everything but the replica axis. */
export const meanOf = (x: Node): Node => {
  const count = x.shape.slice(1).reduce((a, b) => a * b, 1);
  return mul(total(x), 1 / count);
};

/** Euclidean norm, one per replica; scaled by the largest magnitude first, so that no square underflows. */
export function normOf(x: Node): Node {
  const largest = largestOf(abs(x), inner(x));
  const part = where(largest, div(x, largest), 0);
  return mul(largest, sqrt(total(mul(part, part))));
}

/** Whether a layer applies a function to each unit alone. */
export const isActivation = ({ layer, input, output }: ProbedLayer): boolean =>
  layer.activation !== undefined && input.shape.length === output.shape.length;
