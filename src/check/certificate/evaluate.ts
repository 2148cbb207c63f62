/** Evaluates activations on the GPU through the engine's own kernels, as a training step would. */
import type { Activation, ParamValues } from "../../activations/activation.ts";
import { checkedRecord } from "../../activations/define.ts";
import type { Gpu } from "../../device/context.ts";
import { Executor } from "../../device/executor.ts";
import { Storage } from "../../device/storage.ts";
import { planTarget } from "../../device/target.ts";
import { Graph } from "../../graph/graph.ts";
import { activation } from "../../graph/ops/activation.ts";
import { grad } from "../../graph/grad.ts";
import { div } from "../../graph/ops/pointwise.ts";
import { sum } from "../../graph/ops/reduce.ts";
import { data } from "../../graph/ops/source.ts";
import { makePlan } from "../../compile/make-plan.ts";
import { ulpsOff } from "./ulp.ts";

/** f and f' at each x. */
export interface FormValues {
  readonly f: ArrayLike<number>;
  readonly slope: ArrayLike<number>;
}

/** Runs a graph once with these data and reads its outputs. */
async function runOnce<N extends string>(
  gpu: Gpu,
  graph: Graph,
  inputs: Readonly<Record<string, Float32Array>>,
  outputs: readonly N[],
): Promise<Record<N, ArrayLike<number>>> {
  const storage = new Storage(gpu);
  try {
    const plan = makePlan(graph, planTarget(gpu));
    const executor = await Executor.load(plan, storage);
    try {
      for (const [name, values] of Object.entries(inputs)) if (storage.has(name)) storage.write(name, values);
      executor.run([{}]);
      const values: [N, ArrayLike<number>][] = [];
      for (const name of outputs) values.push([name, await executor.output(name)]);
      return Object.fromEntries(values) as Record<N, ArrayLike<number>>;
    } finally {
      executor.dispose();
    }
  } finally {
    storage.dispose();
  }
}

/** f and f', the latter by backward: from the x or the float32 y that the record saves, as in training. */
export async function evaluateForms(
  gpu: Gpu,
  record: Activation,
  params: ParamValues,
  xs: Float32Array,
): Promise<FormValues> {
  const graph = new Graph();
  const x = data(graph, "x", [1, 1, xs.length]);
  const y = activation(record, x, params);
  graph.output("f", y);
  const [slope] = grad(sum(y, [2]), [x]); // a sum's cotangent is 1 everywhere
  graph.output("slope", slope!);
  return runOnce(gpu, graph, { x: xs }, ["f", "slope"]);
}

/** The record with the textbook forms, in WGSL's built-ins; undefined if it has none. */
export function textbookOf(record: Activation): Activation | undefined {
  const { textbook, dfdp } = record.wgsl;
  if (textbook === undefined) return undefined;
  const { dfdy: _, ...rest } = record;
  return checkedRecord<string>({
    ...rest,
    name: `${record.name}_textbook`,
    aliases: [],
    saves: "x",
    wgsl: { ...textbook, ...(dfdp && { dfdp }) },
  });
}

/** The largest error of x / y in ulp, over numbers of one octave. At most 1/2 if quotients are correctly rounded. */
export async function divisionError(gpu: Gpu, xs: Float32Array, ys: Float32Array): Promise<number> {
  const graph = new Graph();
  const shape = [1, 1, xs.length];
  graph.output("q", div(data(graph, "x", shape), data(graph, "y", shape)));
  const { q } = await runOnce(gpu, graph, { x: xs, y: ys }, ["q"]);
  let worst = 0;
  for (let i = 0; i < xs.length; i++) worst = Math.max(worst, ulpsOff(q[i]!, xs[i]! / ys[i]!));
  return worst;
}
