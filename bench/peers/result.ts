/** Options and result of the comparison: plain JSON, part of results/bench-*.json. */
import type { MatmulForm } from "../../src/graph/ops/matmul.ts";
import type { LimitsResult } from "../../src/measure/limits/result.ts";
import type { Spread } from "../../src/core/statistics.ts";

/** Peers on WebGPU, then the others' CPU backends for information. */
export const peers = ["actigrad", "tfjs", "jax", "tfjs-wasm", "jax-wasm"] as const;
export type PeerName = (typeof peers)[number];

export const titles: Readonly<Record<PeerName, string>> = {
  actigrad: "actigrad",
  tfjs: "TensorFlow.js",
  jax: "jax-js",
  "tfjs-wasm": "TensorFlow.js wasm",
  "jax-wasm": "jax-js wasm",
};

/** Parts that a user can choose. */
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
  /** Includes both gradients. */
  readonly backward: boolean;
}

export interface TrainingSpec {
  /** Numbers per sample, sizes of the hidden layers, classes: 784, 256, 128, 10 */
  readonly sizes: readonly number[];
  /**
   * Channels of the convolutions before the layers (samples are then square images): 3x3, "same" padding, each followed by the
   * activation and a 2x2 max pool.
   */
  readonly convs?: readonly number[];
  readonly activation: "relu" | "tanh";
  readonly batch: number;
  /** Rows on the device. If equal to the batch, every step uses all of them. */
  readonly rows: number;
  readonly replicas: number;
  readonly optimizer: "sgd" | "momentum" | "adam";
}

export interface PeersOptions {
  /** Names in actigrad's table, plus "softmax" and "log_softmax". */
  readonly activations: readonly string[];
  /** Elements of an activation's tensor, multiples of 1024. */
  readonly elements: readonly number[];
  readonly matmuls: readonly MatmulSpec[];
  readonly convs: readonly ConvSpec[];
  readonly trainings: readonly TrainingSpec[];
  /** Whether to also time the others' wasm backends. */
  readonly wasm: boolean;
  /** Minimum milliseconds per sample. */
  readonly sampleMs: number;
  /** Seconds for a case's rounds, within the limits of `rounds`. */
  readonly caseSeconds: number;
  readonly rounds: { readonly least: number; readonly most: number };
  /** Number of cold starts of each smallest page, each in a fresh browser; if absent, these pages are left out. */
  readonly coldStarts?: number;
}

/** WebGPU calls and JavaScript time of one step or run. */
export interface StepCounts {
  readonly dispatches: number;
  readonly submits: number;
  readonly bindGroups: number;
  readonly buffers: number;
  readonly pipelines: number;
  /** Milliseconds from the first call to the last submit, without waiting for the GPU. */
  readonly jsMs: number;
}

/** One peer's result on one case. */
export interface PeerTiming {
  readonly peer: PeerName;
  /** Why there are no times: the peer cannot do the case, or its results are wrong. */
  readonly problem?: string;
  /** Largest error of the checked results, relative to the largest value: 1e-7 is float32's resolution. */
  readonly error?: number;
  /** Where results are not finite outside the timed inputs; this does not exclude a time. */
  readonly remark?: string;
  /** Runs or steps per sample. */
  readonly runs?: number;
  /** Milliseconds of one run or step, one value per round. */
  readonly samplesMs?: readonly number[];
  readonly ms?: Spread;
  /** This peer's time as a multiple of actigrad's in the same round. */
  readonly ratio?: Spread;
  /** Its rate as a fraction of the adapter's own ceiling in the same round; absent for wasm, which does not use the adapter. */
  readonly ofCeiling?: Spread;
  readonly counts?: StepCounts;
}

export interface PeerCase {
  readonly kind: "activation" | "matmul" | "convolution" | "training";
  /** "gelu forward 1,048,576" */
  readonly title: string;
  /** Floating-point operations of one run, if the case is limited by arithmetic. */
  readonly flops?: number;
  /** Minimum bytes read and written by one run, if the case is limited by memory. */
  readonly bytes?: number;
  readonly timings: readonly PeerTiming[];
}

/** The smallest page that trains an MLP, alone in a fresh browser. */
export interface SmallestPage {
  readonly peer: PeerName;
  /** Bytes of the files that the page loads to train, each compressed separately. */
  readonly gzipBytes: number;
  readonly files: number;
  /** Milliseconds from the page's load to the end of its first step, one value per fresh browser. */
  readonly coldMs: readonly number[];
  readonly cold?: Spread;
  /** Peak bytes of live buffers since the page loaded. */
  readonly peakBytes?: number;
  /** Bytes of live buffers after the last step. */
  readonly liveBytes?: number;
  readonly problem?: string;
}

export interface PeersResult {
  readonly options: PeersOptions;
  /** The other peers' versions: "4.22.0". */
  readonly versions: Readonly<Partial<Record<PeerName, string>>>;
  readonly limits?: LimitsResult;
  readonly cases: readonly PeerCase[];
  readonly smallest: readonly SmallestPage[];
}
