/** Options and result of the scaling suite. */
import type { LimitsResult } from "../../src/index.ts";
import type { Spread } from "../../src/core/statistics.ts";

/** A network and how it is trained: one point of a curve. */
export interface PointSpec {
  /** Position on the curve's axis. */
  readonly x: number;
  /** 64, 64, 64, 10 */
  readonly sizes: readonly number[];
  /** Linear layers with relu in between, or learned edges. Default "mlp". */
  readonly model?: "mlp" | "kan";
  readonly batch: number;
  readonly replicas: number;
  /** Default: Adam. */
  readonly optimizer?: "sgd" | "adam";
}

export interface CurveSpec {
  /** The varied quantity: "depth". */
  readonly name: string;
  /** What x counts: "hidden layers". */
  readonly axis: string;
  /** What is fixed: "64 wide, batch 128". */
  readonly fixed: string;
  readonly points: readonly PointSpec[];
}

export interface ScalingOptions {
  readonly curves: readonly CurveSpec[];
  /** Samples per point, as far as `pointSeconds` allows. */
  readonly rounds: { readonly least: number; readonly most: number };
  /** Target milliseconds of a sample, which decide its number of steps, 64 at most. */
  readonly sampleMs: number;
  readonly pointSeconds: number;
}

export interface ScalingPoint extends PointSpec {
  readonly samplesMs: readonly number[];
  /** Milliseconds per step of all replicas; absent if stopped before it was timed. */
  readonly ms?: Spread;
  readonly stepsPerSubmit: number;
  readonly dispatches: number;
  readonly flops: number;
  /** Bytes read and written, counting each dispatch's buffers once. */
  readonly bytes: number;
  /** The tiles of the products, each with its number of dispatches: "8x16 tile, 16 a workgroup". */
  readonly variants: readonly { readonly variant: string; readonly dispatches: number }[];
  /**
   * The least possible milliseconds of the step: for each dispatch, its launch plus the longer of its arithmetic and its memory
   * traffic at the adapter's ceilings.
   */
  readonly leastMs?: number;
}

export interface ScalingCurve extends Omit<CurveSpec, "points"> {
  readonly points: readonly ScalingPoint[];
}

export interface ScalingResult {
  readonly rounds: ScalingOptions["rounds"];
  readonly sampleMs: number;
  /** Measured first, in the same run. */
  readonly limits: LimitsResult;
  readonly curves: readonly ScalingCurve[];
}
