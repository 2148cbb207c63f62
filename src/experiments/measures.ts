/** What records share: values as parts of figures, points, weights from outside. */
import { median } from "../core/statistics.ts";
import {
  type Dataset,
  type Trainer,
  type Weights,
  findActivation,
  inspect,
  probes,
  resolveParams,
} from "../index.ts";
import type { Text } from "../core/text.ts";
import type { Bar, LinePoint, Name } from "../report/figure/figure.ts";
import { imageNet } from "./networks.ts";
import type { Place } from "./place.ts";

/** A text that is the same in both languages. */
export const same = (text: string): Text => ({ en: text, ko: text });

type Numbers = readonly (number | null)[];

const finite = (values: Numbers): number[] =>
  values.filter((v) => v !== null && Number.isFinite(v)) as number[];

/** A bar at the median of the seeds, from the least to the greatest; none where a value is not finite. */
export function bar(name: Name, values: Numbers, reference?: number): Bar {
  const known = finite(values);
  const mark = reference === undefined ? {} : { reference };
  if (known.length === 0 || known.length < values.length) return { name, value: null, ...mark };
  return { name, value: median(known), low: Math.min(...known), high: Math.max(...known), ...mark };
}

/** A point of a line at the median of the seeds, with its band; a gap where no value is finite. */
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

/** A linear layer that passes `width` numbers on as they are, as weights under the name of layer `at`. */
export function passOn(width: number, at = 0): Weights {
  const identity = Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
  return new Map([
    [`${at}.weight`, weight([width, width], identity)],
    [`${at}.bias`, weight([width], new Float32Array(width))],
  ]);
}

/** Changes a trainer's parameters in place, each replica's own: `change` sees a part under PyTorch's name. */
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

/** An activation's float64 function and derivative, by its name in the table. */
export function float64(name: string): { f(x: number): number; dfdx(x: number): number } {
  const record = findActivation(name);
  const params = resolveParams(record);
  return { f: (x) => record.f(x, params), dfdx: (x) => record.dfdx(x, params) };
}

/** The layers of a model from a trainer's weights, in the order of their names. */
export const layersOf = (weights: Weights): Affine[] =>
  [...weights.keys()]
    .filter((name) => name.endsWith(".weight"))
    .map((name) => ({
      weight: weights.get(name)!.data,
      bias: weights.get(name.replace("weight", "bias"))!.data,
    }));

/** Shares of right answers, one per replica. */
export const accuracyOf = async (trainer: Trainer, data: Dataset): Promise<number[]> => [
  ...(await trainer.evaluate(data)).accuracy,
];

/** Bytes as the numbers that training reads, for `predict`. */
export function numbersOf({ x, normalise = { scale: 1, shift: 0 } }: Dataset): Float32Array {
  return Float32Array.from(x, (v) => v * normalise.scale + normalise.shift);
}

/** The factor by which back-propagation changes |dL/dz| from layer to layer of an untrained 784-[64]xdepth-10, one per seed. */
export function factorPerLayer(
  place: Place,
  images: Dataset,
  activation: string,
  depth: number,
): Promise<number[]> {
  return place.fresh(imageNet(activation, 64, depth), async (trainer) => {
    const look = await inspect(trainer, images, { keep: false, probes: [probes.signal()] });
    look.run();
    const signal = await look.numbers("signal");
    look.dispose();
    const last = signal[String(2 * (depth - 1))]!;
    return signal["0"]!.map((first, r) => (first / last[r]!) ** (1 / (depth - 1)));
  });
}
