/** What a peer must implement to be compared. Work is given as plain data. */
import type { MatmulForm } from "../../src/graph/ops/matmul.ts";
import type { PeerName, TrainingSpec } from "./result.ts";

/** y = f(x), and with `gy` also dx = gy f'(x). */
export interface ActivationTask {
  /** A name in actigrad's table, or "softmax" or "log_softmax" (both over the last axis). */
  readonly name: string;
  /** The values are [rows, columns], row-major. */
  readonly shape: readonly [rows: number, columns: number];
  readonly x: Float32Array;
  readonly gy?: Float32Array;
}

/** The product [m, n] of two matrices, summed over k. A is [m, k] ("atb": [k, m]), B is [k, n] ("abt": [n, k]). */
export interface MatmulTask {
  readonly form: MatmulForm;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** A 3x3 convolution of square images, "same" padding, stride 1; with `gy` also both gradients. */
export interface ConvTask {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly features: number;
  /** [batch, size, size, channels] */
  readonly x: Float32Array;
  /** [3, 3, channels, features] */
  readonly w: Float32Array;
  /** [batch, size, size, features] */
  readonly gy?: Float32Array;
}

/** One layer's starting values: weight [inputs, outputs], row-major, and bias [outputs]. */
export interface LayerValues {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** A 3x3 convolution of square images, "same" padding, stride 1, followed by the activation and a 2x2 max pool. */
export interface ConvValues {
  /** Pixels along a side of the input. */
  readonly size: number;
  readonly channels: number;
  readonly features: number;
  /** [3, 3, channels, features] */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Samples as bytes, or as numbers. */
export interface TrainingRows {
  readonly x: Uint8Array | Float32Array;
  /** A byte stands for byte * scale; numbers stand for themselves. */
  readonly scale: number;
  readonly labels: Uint32Array;
}

/** A multilayer perceptron, optionally after convolutions, trained batch by batch with cross entropy. */
export interface TrainingTask {
  /** Numbers per sample, sizes of the hidden layers, classes: 784, 256, 128, 10 */
  readonly sizes: readonly number[];
  /** Convolutions before the layers; none for a multilayer perceptron. With convolutions, a sample is a square one-channel image. */
  readonly convs: readonly ConvValues[];
  readonly activation: "relu" | "tanh";
  readonly batch: number;
  readonly replicas: number;
  readonly optimizer: TrainingSpec["optimizer"];
  readonly lr: number;
  /** The first takes the last pool's output in the order row, column, channel. */
  readonly layers: readonly LayerValues[];
  readonly rows: TrainingRows;
  /** The rows of each batch of the first epoch, in training order. */
  readonly batches: readonly Uint32Array[];
}

/** Work that is prepared, compiled and ready to repeat. */
export interface Work {
  /** Does the work this many times, one after another, and waits until all of it is done. */
  run(times: number): Promise<void>;
  dispose(): void;
}

/** Work with results: y and dx, the product, or y, dx and dw. */
export interface KernelWork extends Work {
  /** The complete results of the last run. */
  read(): Promise<Float32Array[]>;
}

/** Work that trains; `times` counts steps. */
export interface TrainingWork extends Work {
  /** Trains a number of steps and returns the losses, [step][replica]. */
  losses(steps: number): Promise<number[][]>;
}

/** A peer on one of its backends. A method throws if the peer cannot do the work. */
export interface Peer {
  readonly name: PeerName;
  activation(task: ActivationTask): Promise<KernelWork>;
  matmul(task: MatmulTask): Promise<KernelWork>;
  /** Results are y, dx and dw, in the task's layouts. */
  conv(task: ConvTask): Promise<KernelWork>;
  training(task: TrainingTask): Promise<TrainingWork>;
}

/** A batch's rows as consecutive numbers, for peers that take prepared batches. */
export function batchOf(task: TrainingTask, index: number): { x: Float32Array; labels: Uint32Array } {
  const { rows, sizes } = task;
  const [picked, width] = [task.batches[index % task.batches.length]!, sizes[0]!];
  const x = new Float32Array(picked.length * width);
  for (const [i, row] of picked.entries()) {
    for (let j = 0; j < width; j++) x[i * width + j] = rows.x[row * width + j]! * rows.scale;
  }
  return { x, labels: picked.map((row) => rows.labels[row]!) };
}

/** One-hot labels, [rows, classes]. */
export function oneHot(labels: Uint32Array, classes: number): Float32Array {
  const values = new Float32Array(labels.length * classes);
  for (const [i, label] of labels.entries()) values[i * classes + label] = 1;
  return values;
}

/** Permutes axes: axis i of the result is axis `order[i]` of [shape]. */
export function permuted(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const result = new Float32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    let [rest, from] = [i, 0];
    for (let axis = order.length - 1; axis >= 0; axis--) {
      const of = order[axis]!;
      from += (rest % shape[of]!) * strides[of]!;
      rest = Math.floor(rest / shape[of]!);
    }
    result[i] = values[from]!;
  }
  return result;
}

/** A layer's weight [inputs, outputs] after convolutions, with rows in channels-first order. */
export function channelsFirst({ weight, outputs }: LayerValues, last: ConvValues | undefined): Float32Array {
  if (last === undefined) return weight;
  const side = Math.floor(last.size / 2);
  return permuted(weight, [side, side, last.features, outputs], [2, 0, 1, 3]);
}

export const MOMENTUM = 0.9;
export const BETAS = [0.9, 0.999] as const;
export const EPSILON = 1e-8;
