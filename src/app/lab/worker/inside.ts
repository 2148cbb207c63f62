/** Looks into a network in training: where its activations work, and the gradients at its layers. */
import { type Inspection, type LayerActivity, inspect } from "../../../index.ts";
import type { InsidePicture, LayerPicture, Networks } from "./protocol.ts";
import type { Runner } from "./runner.ts";
import { widestLayer } from "./widest.ts";

const BINS = 48;
/** Most values inspected per layer. */
const MOST_VALUES = 60_000;
const SATURATED = 0.01;
/** Layers with weights: their gradients show how gradients flow. */
const WEIGHTED: ReadonlySet<string> = new Set(["linear", "conv2d", "residual"]);

/** The inspections of the watched runners, recorded once. */
export class Inside {
  readonly #inspections = new Map<Runner, Inspection>();

  async picture(runner: Runner, networks: Networks): Promise<InsidePicture> {
    const inspection = await this.#inspectionOf(runner);
    const { step } = runner;
    inspection.run();
    const all = await Promise.all(inspection.layers.map(({ name }) => inspection.read(name)));
    const activity = all.map((layer) => ofColumns(layer, networks.columns));
    const layers = inspection.layers.map(({ title }, i) => layerPicture(runner, title, i, activity));
    return { ...networks, step, layers, ...(await memoryOf(runner)) };
  }

  dispose(): void {
    for (const inspection of this.#inspections.values()) inspection.dispose();
    this.#inspections.clear();
  }

  async #inspectionOf(runner: Runner): Promise<Inspection> {
    const known = this.#inspections.get(runner);
    if (known !== undefined) return known;
    const { trainer, train } = runner;
    const fitting = Math.max(16, Math.floor(MOST_VALUES / widestLayer(trainer)));
    const made = await inspect(trainer, train, { rows: Math.min(train.rows, fitting) });
    this.#inspections.set(runner, made);
    return made;
  }
}

/** What the networks of one learning rate, which are adjacent, do in a layer. */
function ofColumns(
  { shape, output, gradient, ...rest }: LayerActivity,
  columns: readonly number[],
): LayerActivity {
  const [replicas, ...sizes] = shape;
  const size = output.length / replicas;
  const own = (values: Float32Array): Float32Array =>
    values.subarray(columns[0]! * size, (columns.at(-1)! + 1) * size);
  return {
    ...rest,
    shape: [columns.length, ...sizes] as unknown as LayerActivity["shape"],
    output: own(output),
    ...(gradient !== undefined && { gradient: own(gradient) }),
  };
}

function layerPicture(
  { trainer }: Runner,
  title: string,
  i: number,
  activity: readonly LayerActivity[],
): LayerPicture {
  const { shape, output, gradient } = activity[i]!;
  const layer = trainer.options.model.layers[i]!;
  const { mean, std } = spreadOf(output);
  const base = {
    title,
    weighted: WEIGHTED.has(layer.kind),
    mean,
    std,
    signal: gradient === undefined ? NaN : rootMeanSquare(gradient) * shape[1],
    zeros: share(output, (value) => value === 0),
  };
  const before = activity[i - 1];
  const { activation: record, params } = layer;
  if (record === undefined || params === undefined || before === undefined)
    return { ...base, reach: 0, bins: [], dead: NaN, saturated: NaN };
  const slopes = Float64Array.from(before.output, (x) => Math.abs(record.dfdx(x, params)));
  return {
    ...base,
    ...histogram(before.output),
    dead: deadShare(slopes, shape),
    saturated: share(slopes, (slope) => slope < SATURATED),
  };
}

function histogram(values: Float32Array): { reach: number; bins: number[] } {
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const reach = Math.max(2, 2 ** Math.ceil(Math.log2(Number.isFinite(most) ? most : 1024)));
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value + reach) / (2 * reach)) * BINS);
    counts[Math.max(0, Math.min(BINS - 1, bin))]! += 1;
  }
  return { reach, bins: counts.map((count) => count / values.length) };
}

/** Units, over all replicas, that get no gradient from any row; for images channels, over all their places. */
function deadShare(slopes: Float64Array, shape: LayerActivity["shape"]): number {
  const [replicas, features] = [shape[0], shape.at(-1)!];
  const places = slopes.length / (replicas * features);
  let dead = 0;
  for (let r = 0; r < replicas; r++) {
    for (let unit = 0; unit < features; unit++) {
      let alive = false;
      for (let at = 0; at < places && !alive; at++) alive = slopes[(r * places + at) * features + unit] !== 0;
      if (!alive) dead++;
    }
  }
  return dead / (replicas * features);
}

const share = (values: ArrayLike<number> & Iterable<number>, holds: (value: number) => boolean): number => {
  let count = 0;
  for (const value of values) if (holds(value)) count++;
  return count / values.length;
};

const rootMeanSquare = (values: Float32Array): number =>
  Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);

function spreadOf(values: Float32Array): { mean: number; std: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}

/** Bytes of forward results that backward reads, and of all temporaries of a step. */
async function memoryOf({ trainer, train }: Runner): Promise<{ keptBytes: number; tempBytes: number }> {
  const { executor, training } = await trainer.recorded(train);
  const { dispatches, memory } = executor.plan;
  const last = training.loss.id;
  const kept = new Set(
    dispatches
      .filter(({ group }) => [...group.anchors, ...group.inner, ...group.outer].some(({ id }) => id > last))
      .flatMap(({ kernel }) => kernel.bindings.flatMap(({ reads }) => (reads === null ? [] : [reads])))
      .filter((node) => node.id <= last && node.op.kernel.kind !== "storage"),
  );
  const keptBytes = [...kept].reduce((total, { shape }) => {
    const pitch = Math.ceil(shape.at(-1)! / 4) * 4;
    return total + shape.slice(0, -1).reduce((a, b) => a * b, 1) * pitch * 4;
  }, 0);
  return { keptBytes, tempBytes: memory.tempBytes };
}
