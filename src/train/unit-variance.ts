import { ActigradError } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import { type Dataset, featuresOf, sampleSize, selectRows } from "../data/dataset.ts";
import { Executor } from "../device/executor.ts";
import { Graph, type Node } from "../graph/graph.ts";
import type { Parameter } from "../nn/layer.ts";
import { total } from "../nn/loss.ts";
import { conv2dOp } from "../graph/ops/conv.ts";
import { matmulOp } from "../graph/ops/matmul.ts";
import { mul, sub } from "../graph/ops/pointwise.ts";
import { data } from "../graph/ops/source.ts";
import type { Trainer } from "./trainer.ts";
import { averageOf } from "./update.ts";

/** Options of `unitVariance`. */
export interface UnitVarianceOptions {
  /** Rows of the dataset to use, spread evenly over it. Default 256, or all if there are fewer. */
  readonly rows?: number;
  /** A layer is done when its variance is this close to 1. Default 0.01. */
  readonly tolerance?: number;
  /** Maximum rescalings of one layer. Default 10. */
  readonly tries?: number;
}

/** What was done to one layer: the variance of its outputs before and after, a value per replica. */
export interface LayerVariance {
  /** `2.weight` */
  readonly name: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * Scales the weights of each linear layer and convolution, from first to last, until its outputs have variance 1 over rows of a
 * dataset: layer-sequential unit variance (LSUV). Weights should start orthogonal (`orthogonal()`). Mishkin, Matas 2016. Call it
 * before training; a layer whose outputs are all equal stays unchanged.
 * @returns what was done to each layer, in order
 * @throws ActigradError "option" for no rows or tries; "data" for a dataset whose samples the model does not take
 */
export async function unitVariance(
  trainer: Trainer,
  dataset: Dataset,
  { rows = Math.min(256, dataset.rows), tolerance = 0.01, tries = 10 }: UnitVarianceOptions = {},
): Promise<readonly LayerVariance[]> {
  const whole = { rows, tries };
  for (const [what, n] of Object.entries(whole)) {
    if (!(Number.isSafeInteger(n) && n >= 1 && (what !== "rows" || n <= dataset.rows)))
      throw new ActigradError("option", `unitVariance: ${what} must be a whole number, 1 or more, got ${n}`);
  }
  const { storage, replicas } = trainer;
  const { model } = trainer.options;
  if (sampleSize(dataset) !== model.inputs) {
    throw new ActigradError(
      "data",
      `dataset "${dataset.name}": ${sampleSize(dataset)} numbers per sample, the model takes ${model.inputs}`,
    );
  }
  const graph = new Graph();
  const x = data(graph, "unitVariance.x", [1, rows, model.inputs]);
  const { parameters } = model.build(graph, x, replicas, true);
  const weighted = parameters.flatMap((parameter) => {
    const product = productOf(graph, parameter);
    return product === undefined ? [] : [{ parameter, variance: varianceOf(product) }];
  });
  const names = weighted.map(({ parameter }) => parameter.views[0]!.name);
  for (const [i, { variance }] of weighted.entries()) graph.output(names[i]!, variance);
  storage.buffer(x.label, x, "data");
  const chosen = Uint32Array.from({ length: rows }, (_, i) => Math.floor((i * dataset.rows) / rows));
  storage.write(x.label, featuresOf(selectRows(dataset, chosen)));
  const executor = await Executor.load(trainer.plan(graph), storage, { label: "unitVariance" });
  try {
    const measure = async (i: number): Promise<number[]> => {
      executor.run([{ start: 0, epoch: 0, key0: 0, key1: 0 }]);
      return [...(await executor.output(names[i]!))];
    };
    const done: LayerVariance[] = [];
    for (const [i, { parameter }] of weighted.entries()) {
      const before = await measure(i);
      let after = before;
      const far = (): boolean =>
        after.some((v) => v > 0 && Number.isFinite(v) && Math.abs(v - 1) > tolerance);
      for (let left = tries; left > 0 && far(); left--) {
        await scale(trainer, parameter, after);
        after = await measure(i);
      }
      done.push({ name: names[i]!, before, after });
    }
    return done;
  } finally {
    executor.dispose();
    storage.delete(x.label);
  }
}

/** The product whose weight a parameter is. */
const productOf = (graph: Graph, { node }: Parameter): Node | undefined =>
  graph.nodes.find(({ op, inputs }) => (op === matmulOp || op === conv2dOp) && inputs[1] === node);

/** Over everything but the replicas, in two passes: f32 [R, 1, ...]. */
function varianceOf(x: Node): Node {
  const share = x.shape[0]! / elements(x.shape);
  const apart = sub(x, mul(total(x), share));
  return mul(total(mul(apart, apart)), share);
}

/** Divides a weight by the deviation of its layer's output; the bias stays. */
async function scale(
  { storage, replicas, options }: Trainer,
  { node, views }: Parameter,
  variance: readonly number[],
): Promise<void> {
  const values = (await storage.read(node.label)) as Float32Array;
  const each = values.length / replicas;
  const { shape, index } = views[0]!;
  for (const [r, v] of variance.entries()) {
    if (!(v > 0 && Number.isFinite(v))) continue;
    for (let i = 0; i < elements(shape); i++) values[r * each + index(i)]! /= Math.sqrt(v);
  }
  storage.write(node.label, values);
  if (options.ema !== undefined) storage.write(averageOf(node.label), values);
}
