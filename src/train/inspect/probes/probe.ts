/**
 * A probe measures inside a network, with ops on the graph's own tensors on the GPU, so that only results are read back. It is
 * part of an inspection's graph (`inspect`), never of the training step, so it does not affect training.
 */
import type { Shape } from "../../../core/shape.ts";
import { checkRecord } from "../../../core/record.ts";
import { type Graph, type Node, type StepValues, checkNode } from "../../../graph/graph.ts";
import type { Layer, Parameter } from "../../../nn/layer.ts";
import { total } from "../../../nn/loss.ts";
import { abs, div, mul, sqrt, where } from "../../../graph/ops/pointwise.ts";
import { largestOf } from "../../../graph/ops/reduce.ts";

/** A layer with its input and output: [R or 1, rows, features], or [R or 1, rows, height, width, channels] for images. */
export interface ProbedLayer {
  readonly name: string;
  readonly layer: Layer;
  readonly input: Node;
  readonly output: Node;
}

/** Build context of a probe. */
export interface ProbeContext {
  readonly graph: Graph;
  readonly replicas: number;
  readonly rows: number;
  readonly x: Node;
  readonly output: Node;
  readonly layers: readonly ProbedLayer[];
  /** The trained parameters. */
  readonly parameters: readonly Parameter[];
  /** Labels u32 or values f32, [1, rows, ...]. @throws ActigradError "option" for points, which have none */
  target(): Node;
  /** d(mean loss over the rows)/d(each); undefined if the loss does not depend on it. @throws as `target` */
  gradients(of: readonly Node[]): readonly (Node | undefined)[];
  /** A tensor of this inspection that persists from run to run; it starts at 0. */
  state(name: string, shape: Shape): Node;
}

/** A measurement inside a network, in graph ops that run within the inspected pass. */
export interface Probe {
  /** The name that results are read by; it must be unique within an inspection. */
  readonly name: string;
  /** Appends its nodes; returns its results by key, usually a layer's name. */
  build(context: ProbeContext): Readonly<Record<string, Node>>;
  /** True gives every replica its own inputs, for gradients with respect to them. */
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
 * Makes a probe from its record.
 * @throws ActigradError "option" for a faulty record; from `inspect`, "option" unless `build` returns nodes by key, and "shape"
 * for one whose first axis is neither 1 nor the replicas
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

/** Whether a layer applies a function to each unit separately. */
export const isActivation = ({ layer, input, output }: ProbedLayer): boolean =>
  layer.activation !== undefined && input.shape.length === output.shape.length;
