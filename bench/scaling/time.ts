/** Times a training step at each point of a curve. */
import { permutation, uniform } from "../../src/core/random.ts";
import {
  Trainer,
  adam,
  ceilingsOf,
  crossEntropy,
  network,
  sgd,
  type ClassDataset,
  type Executor,
  type Gpu,
  type LimitsResult,
  type Plan,
  type StepValues,
} from "../../src/index.ts";
import { flopsIn } from "../../src/compile/flops.ts";
import type { Dispatch } from "../../src/compile/plan.ts";
import { quartiles } from "../../src/core/statistics.ts";
import type { CurveSpec, PointSpec, ScalingCurve, ScalingOptions, ScalingPoint } from "./result.ts";

/** Called when work begins and when it is done. */
export interface ScalingObserver {
  readonly signal: AbortSignal;
  begin(doing: string): void;
  done(part: "compile" | "rounds", seconds: number): void;
}

/** A point that is ready to time. */
interface Ready {
  readonly spec: PointSpec;
  readonly trainer: Trainer;
  readonly executor: Executor;
  stepAt(i: number): StepValues;
  stepsPerSubmit: number;
  readonly samplesMs: number[];
}

/**
 * Times all points of a curve in every round, each round in a different order, so that other load on the machine causes no jump
 * in the curve. If stopped, returns the samples so far.
 */
export async function timeCurve(
  gpu: Gpu,
  curve: CurveSpec,
  options: Omit<ScalingOptions, "curves">,
  limits: LimitsResult,
  { signal, begin, done }: ScalingObserver,
): Promise<ScalingCurve> {
  const { points, ...about } = curve;
  const ready: Ready[] = [];
  try {
    for (const spec of points) {
      if (signal.aborted) break;
      begin(`${curve.name} ${spec.x}: compiling`);
      const start = performance.now();
      ready.push(await prepare(gpu, spec, options.sampleMs));
      done("compile", (performance.now() - start) / 1000);
    }
    for (let round = 0; round < options.rounds.most && !signal.aborted; round++) {
      begin(`${curve.name}: round ${round + 1} of ${options.rounds.most}`);
      const start = performance.now();
      for (const i of permutation(ready.length, 0, round)) {
        if (signal.aborted) break;
        const point = ready[i]!;
        const spent = point.samplesMs.reduce((sum, ms) => sum + ms * point.stepsPerSubmit, 0) / 1000;
        if (round >= options.rounds.least && spent > options.pointSeconds) continue;
        point.samplesMs.push(await timeSteps(gpu, point, point.stepsPerSubmit));
      }
      done("rounds", (performance.now() - start) / 1000);
    }
    return { ...about, points: ready.map((point) => describe(point, limits)) };
  } finally {
    for (const { trainer } of ready) trainer.dispose();
  }
}

/** Random rows of bytes, as in MNIST, twice as many as a batch; their values do not affect the time. */
function rowsFor({ sizes, batch }: PointSpec): ClassDataset {
  const [inputs, classes] = [sizes[0]!, sizes.at(-1)!];
  const rows = 2 * batch;
  const x = Uint8Array.from(uniform(0, 0, rows * inputs), (v) => 255 * v);
  const labels = Uint32Array.from({ length: rows }, (_, i) => i % classes);
  const normalise = { scale: 1 / 128, shift: -1 };
  return { kind: "classes", name: "noise", rows, shape: [inputs], x, labels, classes, normalise };
}

async function prepare(gpu: Gpu, spec: PointSpec, sampleMs: number): Promise<Ready> {
  const { sizes, batch, replicas, model = "mlp" } = spec;
  const hidden = sizes.slice(1, -1);
  const trainer = await Trainer.create(gpu, {
    model: network({ model, inputs: sizes[0]!, hidden, outputs: sizes.at(-1)!, activations: ["relu"] }),
    loss: crossEntropy(),
    optimizer: (spec.optimizer === "sgd" ? sgd : adam)({ lr: 1e-5 }), // too small to learn noise
    batch,
    seeds: Array.from({ length: replicas }, (_, r) => r),
  });
  const data = rowsFor(spec);
  const { executor } = await trainer.recorded(data);
  const stepAt = (i: number): StepValues => trainer.stepValues(data, i);
  const ready: Ready = { spec, trainer, executor, stepAt, stepsPerSubmit: 1, samplesMs: [] };
  await timeSteps(gpu, ready, 1);
  // The first timing may include late work by the driver; the second covers a whole sample.
  for (const steps of [2, undefined]) {
    const ms = await timeSteps(gpu, ready, steps ?? ready.stepsPerSubmit);
    ready.stepsPerSubmit = Math.max(1, Math.min(64, Math.round(sampleMs / ms)));
  }
  return ready;
}

/** Milliseconds per step, for a number of steps in one submit. */
async function timeSteps(gpu: Gpu, { executor, stepAt }: Ready, steps: number): Promise<number> {
  const begin = performance.now();
  executor.run(Array.from({ length: steps }, (_, i) => stepAt(i)));
  await gpu.idle();
  return (performance.now() - begin) / steps;
}

function describe({ spec, executor, stepsPerSubmit, samplesMs }: Ready, limits: LimitsResult): ScalingPoint {
  const { plan } = executor;
  const total = (of: (d: Dispatch) => number): number => plan.dispatches.reduce((sum, d) => sum + of(d), 0);
  const variants = new Map<string, number>();
  for (const { kernel } of plan.dispatches) {
    if (kernel.variant !== undefined) variants.set(kernel.variant, (variants.get(kernel.variant) ?? 0) + 1);
  }
  const ms = quartiles(samplesMs);
  const leastMs = leastOf(plan, limits);
  return {
    ...spec,
    samplesMs,
    ...(ms && { ms }),
    stepsPerSubmit,
    dispatches: plan.dispatches.length,
    flops: total(flopsIn),
    bytes: total(({ bytes }) => bytes),
    variants: [...variants].map(([variant, dispatches]) => ({ variant, dispatches })),
    ...(leastMs === undefined ? {} : { leastMs }),
  };
}

/** The least milliseconds of a step; undefined if the limits are unknown. */
export function leastOf({ dispatches }: Plan, limits: LimitsResult): number | undefined {
  const ceilings = ceilingsOf(limits);
  if (ceilings === undefined || limits.dispatchUs === undefined) return undefined;
  const start = limits.dispatchUs.median / 1000;
  const { gflops, gbPerSecond } = ceilings;
  return dispatches.reduce(
    (sum, { flops, bytes }) => sum + start + Math.max(flops / gflops, bytes / gbPerSecond) / 1e6,
    0,
  );
}
