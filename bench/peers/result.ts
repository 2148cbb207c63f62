/** What the comparison is asked for and what it gives: plain JSON, part of results/bench-*.json. */
import type { MatmulForm } from "../../src/graph/ops/matmul.ts";
import type { LimitsResult } from "../../src/measure/limits/result.ts";
import type { Spread } from "../../src/core/statistics.ts";

/** Peers on WebGPU, then the others' CPU backends, for information. */
export const peers = ["actigrad", "tfjs", "jax", "tfjs-wasm", "jax-wasm"] as const;
export type PeerName = (typeof peers)[number];

export const titles: Readonly<Record<PeerName, string>> = {
  actigrad: "actigrad",
  tfjs: "TensorFlow.js",
  jax: "jax-js",
  "tfjs-wasm": "TensorFlow.js wasm",
  "jax-wasm": "jax-js wasm",
};

/** Parts that a user may choose. */
export const parts = ["training", "matmul", "conv", "activations", "cold", "size"] as const;
export type Part = (typeof parts)[number];

export interface MatmulSpec {
  readonly form: MatmulForm;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** A 3x3 convolution of square images, "same" padding, stride 1. */
export interface ConvSpec {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly features: number;
  /** Both gradients too. */
  readonly backward: boolean;
}

export interface TrainingSpec {
  /** Numbers of a sample, sizes of the hidden layers, classes: 784, 256, 128, 10 */
  readonly sizes: readonly number[];
  /**
   * Channels of convolutions before the layers, of samples that are square images: 3x3, "same" padding, with the
   * activation and a 2x2 max pool behind each.
   */
  readonly convs?: readonly number[];
  readonly activation: "relu" | "tanh";
  readonly batch: number;
  /** Rows on the device; where they are as many as a batch, every step takes all of them. */
  readonly rows: number;
  readonly replicas: number;
  readonly optimizer: "sgd" | "momentum" | "adam";
}

export interface PeersOptions {
  /** Names in actigrad's table, and "softmax" and "log_softmax". */
  readonly activations: readonly string[];
  /** Elements of an activation's tensor, multiples of 1024. */
  readonly elements: readonly number[];
  readonly matmuls: readonly MatmulSpec[];
  readonly convs: readonly ConvSpec[];
  readonly trainings: readonly TrainingSpec[];
  /** Whether the others' wasm backends are timed beside. */
  readonly wasm: boolean;
  /** Milliseconds that a sample should take at least. */
  readonly sampleMs: number;
  /** Seconds that a case's rounds may take, as far as `rounds` lets them. */
  readonly caseSeconds: number;
  readonly rounds: { readonly least: number; readonly most: number };
  /** Fresh browsers that each smallest page's cold start is timed in; without it these pages are left out. */
  readonly coldStarts?: number;
}

/** What one step, or one run, asks of WebGPU and of JavaScript. */
export interface StepCounts {
  readonly dispatches: number;
  readonly submits: number;
  readonly bindGroups: number;
  readonly buffers: number;
  readonly pipelines: number;
  /** Milliseconds from the first call to the last submit, while nobody waits for the GPU. */
  readonly jsMs: number;
}

/** How one peer did on one case. */
export interface PeerTiming {
  readonly peer: PeerName;
  /** Why there are no times: the peer cannot do it, or does it wrong. */
  readonly problem?: string;
  /** The farthest result of those checked, as a part of the largest: 1e-7 is float32's resolution. */
  readonly error?: number;
  /** Where results are not finite outside of what is timed: it does not keep a time from counting. */
  readonly remark?: string;
  /** Runs, or steps, that a sample holds. */
  readonly runs?: number;
  /** Milliseconds of one run or step, one value per round. */
  readonly samplesMs?: readonly number[];
  readonly ms?: Spread;
  /** This peer's time as a multiple of actigrad's in the same round. */
  readonly ratio?: Spread;
  /** Its rate as a part of the adapter's own ceiling in the same round; not for wasm, which is not a use of it. */
  readonly ofCeiling?: Spread;
  readonly counts?: StepCounts;
}

export interface PeerCase {
  readonly kind: "activation" | "matmul" | "convolution" | "training";
  /** "gelu forward 1,048,576" */
  readonly title: string;
  /** Multiplications and additions of one run, where arithmetic is what it is made of. */
  readonly flops?: number;
  /** Bytes that one run must read and write at least, where that is what it is made of. */
  readonly bytes?: number;
  readonly timings: readonly PeerTiming[];
}

/** The smallest page that trains an MLP, by itself in a fresh browser. */
export interface SmallestPage {
  readonly peer: PeerName;
  /** Of the files that the page loads to train, compressed one by one. */
  readonly gzipBytes: number;
  readonly files: number;
  /** Milliseconds from the page's load to its first finished step, one value a fresh browser. */
  readonly coldMs: readonly number[];
  readonly cold?: Spread;
  /** Of all buffers that were alive at once, at the most, since the page began. */
  readonly peakBytes?: number;
  /** Of the buffers alive after the last step. */
  readonly liveBytes?: number;
  readonly problem?: string;
}

export interface PeersResult {
  readonly options: PeersOptions;
  /** "4.22.0"; of the others. */
  readonly versions: Readonly<Partial<Record<PeerName, string>>>;
  readonly limits?: LimitsResult;
  readonly cases: readonly PeerCase[];
  readonly smallest: readonly SmallestPage[];
}
