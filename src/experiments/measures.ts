/** Helpers shared by records: values for figures, points, weights from outside. */
import { median } from "../core/statistics.ts";
import {
  type Dataset,
  type Model,
  type Optimizer,
  type Probe,
  type Trainer,
  type Weights,
  adam,
  findActivation,
  inspect,
  probes,
  resolveParams,
  sgd,
} from "../index.ts";
import type { Bar, LinePoint, Name } from "../report/figure/figure.ts";
import type { Place } from "./place.ts";

type Numbers = readonly (number | null)[];

const finite = (values: Numbers): number[] =>
  values.filter((v) => v !== null && Number.isFinite(v)) as number[];

/** A bar at the median of the seeds, with a range from least to greatest; no bar if a value is not finite. */
export function bar(name: Name, values: Numbers, reference?: number): Bar {
  const known = finite(values);
  const mark = reference === undefined ? {} : { reference };
  if (known.length === 0 || known.length < values.length) return { name, value: null, ...mark };
  return { name, value: median(known), low: Math.min(...known), high: Math.max(...known), ...mark };
}

/** A point of a line at the median of the seeds, with its band; a gap if no value is finite. */
export function point(x: number, values: Numbers): LinePoint {
  const known = finite(values);
  if (known.length === 0) return [x, null];
  return [x, median(known), Math.min(...known), Math.max(...known)];
}

/** Numbers as a tensor of weights. */
const weight = (shape: readonly number[], data: ArrayLike<number>) => ({
  shape,
  data: Float32Array.from(data),
});

/** A linear layer that passes `width` numbers through unchanged, as weights named for layer `at`. */
export function passOn(width: number, at = 0): Weights {
  const identity = Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
  return new Map([
    [`${at}.weight`, weight([width, width], identity)],
    [`${at}.bias`, weight([width], new Float32Array(width))],
  ]);
}

/** Changes a trainer's parameters in place, separately for each replica. `change` gets each part under PyTorch's name. */
export async function changeWeights(
  trainer: Trainer,
  change: (name: string, values: Float32Array, replica: number) => void,
): Promise<void> {
  const { replicas, storage } = trainer;
  for (const { node, views } of trainer.parameters) {
    const all = Float32Array.from(await storage.read(node.label));
    const each = all.length / replicas;
    for (let r = 0; r < replicas; r++) {
      for (const { name, shape, index } of views) {
        const count = shape.reduce((a, b) => a * b, 1);
        const own = Float32Array.from({ length: count }, (_, i) => all[r * each + index(i)]!);
        change(name, own, r);
        for (let i = 0; i < count; i++) all[r * each + index(i)] = own[i]!;
      }
    }
    storage.write(node.label, all);
  }
}

/** An affine layer in float64: [out, in] and [out]. */
export interface Affine {
  readonly weight: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

/** W x + b in float64. */
export function affine({ weight, bias }: Affine, x: ArrayLike<number>): number[] {
  const inputs = x.length;
  return Array.from({ length: bias.length }, (_, o) => {
    let sum = bias[o]!;
    for (let i = 0; i < inputs; i++) sum += weight[o * inputs + i]! * x[i]!;
    return sum;
  });
}

/** An activation's float64 function and derivative, by the activation's name. */
export function float64(name: string): { f(x: number): number; dfdx(x: number): number } {
  const record = findActivation(name);
  const params = resolveParams(record);
  return { f: (x) => record.f(x, params), dfdx: (x) => record.dfdx(x, params) };
}

/** The linear layers in a trainer's weights, in the order of their names. */
export const layersOf = (weights: Weights): Affine[] =>
  [...weights.keys()]
    .filter((name) => name.endsWith(".weight"))
    .map((name) => ({
      weight: weights.get(name)!.data,
      bias: weights.get(name.replace("weight", "bias"))!.data,
    }));

/** Accuracy, one value per replica. */
export const accuracyOf = async (trainer: Trainer, data: Dataset): Promise<number[]> => [
  ...(await trainer.evaluate(data)).accuracy,
];

/** Converts bytes to the numbers that training reads, for `predict`. */
export function numbersOf({ x, normalise = { scale: 1, shift: 0 } }: Dataset): Float32Array {
  return Float32Array.from(x, (v) => v * normalise.scale + normalise.shift);
}

/** Runs a probe on a trainer's networks: for each key one figure per seed. `runs`: for a probe that learns. */
export async function measure(
  trainer: Trainer,
  data: Dataset | Float32Array,
  probe: Probe,
  { rows, runs = 1 }: { readonly rows?: number; readonly runs?: number } = {},
): Promise<Readonly<Record<string, number[]>>> {
  const look = await inspect(trainer, data, { keep: false, probes: [probe], ...(rows && { rows }) });
  look.run(runs);
  const found = await look.numbers(probe.name);
  look.dispose();
  return Object.fromEntries(Object.entries(found).map(([key, own]) => [key, [...own]]));
}

/** The mean of a probe's figures over some layers, one value per seed. */
export const overLayers = (found: Readonly<Record<string, number[]>>, layers: readonly string[]): number[] =>
  found[layers[0]!]!.map((_, r) => layers.reduce((sum, layer) => sum + found[layer]![r]!, 0) / layers.length);

/** |dL/dz| at each hidden layer of an untrained 784-[width]xdepth-10, first to last, [layer][seed]. */
export const signals = (place: Place, images: Dataset, model: Model, depth: number): Promise<number[][]> =>
  place.fresh(model, async (trainer) => {
    const signal = await measure(trainer, images, probes.signal());
    return Array.from({ length: depth }, (_, i) => signal[String(2 * i)]!); // every other layer is linear
  });

/** The factor by which back-propagation changes |dL/dz| per layer, one value per seed. */
export const factorOf = (layers: readonly (readonly number[])[]): number[] =>
  layers[0]!.map((first, r) => (first / layers.at(-1)![r]!) ** (1 / (layers.length - 1)));

/** The values of metrics, one per seed. */
export type Measured = Record<string, readonly number[]>;

function valuesOf(values: Measured, name: string): readonly number[] {
  const own = values[name];
  if (own === undefined) throw new Error(`${name} was not measured`);
  return own;
}

/** Computes one figure per seed from others of the same seed. */
export const across = (
  values: Measured,
  names: readonly string[],
  of: (...values: number[]) => number,
): number[] => {
  const all = names.map((name) => valuesOf(values, name));
  return all[0]!.map((_, r) => of(...all.map((own) => own[r]!)));
};

export const minus = (values: Measured, a: string, b: string): number[] =>
  across(values, [a, b], (x, y) => x - y);

export const over = (values: Measured, a: string, b: string): number[] =>
  across(values, [a, b], (x, y) => x / y);

/** The measurements of each case, by name. */
export async function eachCase<C extends { readonly name: string }>(
  cases: readonly C[],
  of: (one: C) => Promise<readonly number[]>,
): Promise<Measured> {
  const values: Measured = {};
  for (const one of cases) values[one.name] = await of(one);
  return values;
}

/** Adds a suffix to the names of values: "relu" becomes "relu test". */
export const named = (values: Measured, suffix: string): Measured =>
  Object.fromEntries(Object.entries(values).map(([name, own]) => [`${name} ${suffix}`, own]));

type Rate = number | readonly number[];

export const momentumSgd =
  (momentum: number) =>
  (lr: Rate): Optimizer =>
    sgd({ lr, momentum });

export const adamAt = (lr: Rate): Optimizer => adam({ lr });

/** The index of the largest value in each row. */
export const largest = (values: Float32Array, classes: number): number[] =>
  Array.from({ length: values.length / classes }, (_, row) => {
    const own = values.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });

/** The share of equal entries in two lists. */
export const agreement = (a: readonly number[], b: readonly number[]): number =>
  a.filter((v, i) => v === b[i]).length / a.length;

/** One replica's part of all replicas' predictions. */
export const partOf = (data: Float32Array, r: number, replicas: number): Float32Array => {
  const each = data.length / replicas;
  return data.subarray(r * each, (r + 1) * each);
};

/** Layers multiplied out to one, in float64. */
export const multiplied = (layers: readonly Affine[]): Affine =>
  layers.reduce((first, second) => {
    const [middle, outputs] = [first.bias.length, second.bias.length];
    const inputs = first.weight.length / middle;
    const weight = new Float64Array(outputs * inputs);
    const bias = Float64Array.from(second.bias);
    for (let o = 0; o < outputs; o++)
      for (let k = 0; k < middle; k++) {
        const w = second.weight[o * middle + k]!;
        bias[o]! += w * first.bias[k]!;
        for (let i = 0; i < inputs; i++) weight[o * inputs + i]! += w * first.weight[k * inputs + i]!;
      }
    return { weight, bias };
  });
