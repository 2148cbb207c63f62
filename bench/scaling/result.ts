/** What the scaling suite is asked for and what it gives. */
import type { LimitsResult } from "../../src/index.ts";
import type { Spread } from "../../src/core/statistics.ts";

/** A network and how it is trained: one point of a curve. */
export interface PointSpec {
  /** Where it stands on the curve's axis. */
  readonly x: number;
  /** 64, 64, 64, 10 */
  readonly sizes: readonly number[];
  /** Of linear layers with relu between, or of learned edges. Default "mlp". */
  readonly model?: "mlp" | "kan";
  readonly batch: number;
  readonly replicas: number;
  /** Adam where none is named. */
  readonly optimizer?: "sgd" | "adam";
}

export interface CurveSpec {
  /** What grows: "depth". */
  readonly name: string;
  /** What x counts: "hidden layers". */
  readonly axis: string;
  /** What does not grow: "64 wide, batch 128". */
  readonly fixed: string;
  readonly points: readonly PointSpec[];
}

export interface ScalingOptions {
  readonly curves: readonly CurveSpec[];
  /** Samples of each point, as far as `pointSeconds` lets them. */
  readonly rounds: { readonly least: number; readonly most: number };
  /** Milliseconds that a sample should take: so many steps are put into it, 64 at most. */
  readonly sampleMs: number;
  readonly pointSeconds: number;
}

export interface ScalingPoint extends PointSpec {
  readonly samplesMs: readonly number[];
  /** Milliseconds of a step of all replicas; absent where it was stopped before. */
  readonly ms?: Spread;
  readonly stepsPerSubmit: number;
  readonly dispatches: number;
  readonly flops: number;
  /** Read and written, each dispatch's buffers once. */
  readonly bytes: number;
  /** How the products are cut: "8x16 tile, 16 a workgroup", each with the number of dispatches that are cut so. */
  readonly variants: readonly { readonly variant: string; readonly dispatches: number }[];
  /**
   * Milliseconds that the step takes at least: for each dispatch what starting it takes, and the longer of what its
   * arithmetic and its memory take at the adapter's ceilings.
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
