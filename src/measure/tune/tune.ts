/** Measures which tile suits a product best, if shape and adapter alone do not tell. */
import { normal } from "../../core/random.ts";
import { elements } from "../../core/shape.ts";
import { median } from "../../core/statistics.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Gpu } from "../../device/context.ts";
import { Executor, MAX_STEPS } from "../../device/executor.ts";
import { Storage } from "../../device/storage.ts";
import { planTarget } from "../../device/target.ts";
import { Graph, type Node } from "../../graph/graph.ts";
import type { MatmulTile } from "../../compile/kernels/target.ts";
import { tileCandidates } from "../../compile/kernels/tile.ts";
import { assign } from "../../graph/ops/assign.ts";
import {
  type MatmulAttrs,
  type MatmulForm,
  type MatmulSizes,
  matmul,
  matmulSizes,
} from "../../graph/ops/matmul.ts";
import { data, state } from "../../graph/ops/source.ts";
import { makePlan } from "../../compile/make-plan.ts";
import type { Plan } from "../../compile/plan.ts";
import type { Trainer } from "../../train/trainer.ts";
import { type Tiles, choiceOf, tileKey } from "./tiles.ts";

/** Options of `tune`. */
export interface TuneOptions {
  /** Known tiles: their products are not measured again. */
  readonly tiles?: Tiles;
  /** Milliseconds below which a product is not worth measuring. Default 1; on a GPU 0.1. */
  readonly fromMs?: number;
  /** Ends it early; keeps what was measured so far. */
  readonly signal?: AbortSignal;
  /** Called before each product. */
  readonly onProduct?: (done: number, of: number) => void;
}

/** Measurements of one product. */
export interface TunedProduct {
  readonly form: MatmulForm;
  readonly sizes: MatmulSizes;
  /** The engine's own choice first. Milliseconds of the product alone, the median over the rounds. */
  readonly tried: readonly { readonly tile: MatmulTile; readonly ms: number }[];
  readonly tile: MatmulTile;
}

/** Result of `tune` for a training step. */
export interface TuneResult {
  readonly products: readonly TunedProduct[];
  /** The given tiles and the new ones, to keep for the next time. */
  readonly tiles: Tiles;
}

const ROUNDS = 7;
/** A tile must be this much faster than the engine's choice to replace it: less is noise. */
const WORTH = 0.95;
/** Minimum milliseconds of a sample, because clocks in pages are coarse. */
const SAMPLE_MS = 4;

/**
 * Measures a few tiles for each product of a dataset's recorded training step, and continues with the fastest. A tile never
 * changes a bit of a result: one that would is refused. So losses are the same, tuned or not.
 * @throws ActigradError as `Trainer.fit` for a dataset that does not fit, "device-lost"
 */
export async function tune(
  trainer: Trainer,
  dataset: Dataset,
  options: TuneOptions = {},
): Promise<TuneResult> {
  const { gpu } = trainer;
  const { fromMs = gpu.shared === undefined ? 1 : 0.1, signal, onProduct } = options;
  const { executor } = await trainer.recorded(dataset);
  const known: Record<string, MatmulTile> = { ...options.tiles };
  const wanted = [...productsOf(executor.plan)].filter(
    ([, { form, sizes }]) => !Object.hasOwn(known, tileKey(gpu.adapter, form, sizes)),
  );
  const products: TunedProduct[] = [];
  for (const [i, [, { form, sizes }]] of wanted.entries()) {
    if (signal?.aborted === true) break;
    onProduct?.(i, wanted.length);
    const tried = await measure(gpu, form, sizes, fromMs);
    const [own, ...others] = tried as [TunedProduct["tried"][number], ...TunedProduct["tried"]];
    const best = others.reduce((a, b) => (b.ms < a.ms ? b : a), own);
    const { tile } = best.ms < WORTH * own.ms ? best : own;
    if (own.ms >= fromMs) known[tileKey(gpu.adapter, form, sizes)] = tile;
    products.push({ form, sizes, tried, tile });
  }
  await trainer.useTiles(choiceOf(gpu.adapter, known));
  return { products, tiles: known };
}

interface Product {
  readonly form: MatmulForm;
  readonly sizes: MatmulSizes;
}

/** The plan's products, without duplicates. */
function productsOf({ dispatches }: Plan): ReadonlyMap<string, Product> {
  const products = new Map<string, Product>();
  for (const { group } of dispatches) {
    if (group.kind !== "matmul") continue;
    const { inputs, attrs } = group.anchors[0] as Node<MatmulAttrs>;
    const sizes = matmulSizes(inputs[0]!, inputs[1]!, attrs);
    products.set(`${attrs.form} ${Object.values(sizes).join()}`, { form: attrs.form, sizes });
  }
  return products;
}

/** Times the candidates in turn, on made-up numbers; only the engine's choice if the product takes almost no time. */
async function measure(
  gpu: Gpu,
  form: MatmulForm,
  sizes: MatmulSizes,
  fromMs: number,
): Promise<TunedProduct["tried"]> {
  const target = planTarget(gpu);
  const storage = new Storage(gpu);
  const executors: Executor[] = [];
  const { graph, a, b } = productGraph(form, sizes);
  const load = async (tile: MatmulTile): Promise<Executor> => {
    const executor = await Executor.load(makePlan(graph, { ...target, tile }), storage);
    executors.push(executor);
    return executor;
  };
  try {
    const [own, ...others] = target.shared?.candidates(sizes) ?? tileCandidates(sizes, target);
    const first = await load(own);
    for (const node of [a, b]) storage.write(node.label, normal(1, 0, elements(node.shape)));
    await timeOf(first, 1);
    const ms = await timeOf(first, 1);
    if (ms < fromMs) return [{ tile: own, ms }];
    const bits = new Uint32Array(((await storage.read("c")) as Float32Array).buffer);
    const samples = [{ tile: own, executor: first, ms: [] as number[] }];
    for (const tile of others) {
      const executor = await load(tile);
      await timeOf(executor, 1);
      const other = new Uint32Array(((await storage.read("c")) as Float32Array).buffer);
      if (other.every((word, i) => word === bits[i])) samples.push({ tile, executor, ms: [] });
    }
    const times = Math.min(MAX_STEPS, Math.ceil(SAMPLE_MS / ms));
    for (let round = 0; round < ROUNDS; round++)
      for (const sample of samples) sample.ms.push(await timeOf(sample.executor, times));
    return samples.map((sample) => ({ tile: sample.tile, ms: median(sample.ms) }));
  } finally {
    for (const executor of executors) executor.dispose();
    storage.dispose();
  }
}

function productGraph(form: MatmulForm, { z, m, n, k }: MatmulSizes) {
  const graph = new Graph();
  const a = data(graph, "a", form === "atb" ? [z, k, m] : [z, m, k]);
  const b = data(graph, "b", form === "abt" ? [z, n, k] : [z, k, n]);
  assign(state(graph, "c", [z, m, n]), matmul(a, b, form));
  return { graph, a, b };
}

/** Milliseconds per run, as the mean over several in one submit. */
async function timeOf(executor: Executor, times: number): Promise<number> {
  const begin = performance.now();
  executor.run(Array.from({ length: times }, () => ({})));
  await executor.storage.gpu.idle();
  return (performance.now() - begin) / times;
}
