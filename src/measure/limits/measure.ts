/** What the adapter can do: the ceilings that other figures are compared with. */
import { permutation } from "../../core/random.ts";
import { quartiles, type Spread } from "../../core/statistics.ts";
import type { Gpu } from "../../device/context.ts";
import { COPIED, Gauges, gaugeSpecs, type Gauge } from "./gauges.ts";
import type { Ceiling, Ceilings, LimitsOptions, LimitsResult } from "./result.ts";

/** A gauge and the times of its samples, `times` repetitions each. */
interface Sampled {
  readonly gauge: Gauge;
  times: number;
  readonly samplesMs: number[];
}

/** Called when a part begins, and when it is done. */
export interface LimitsObserver {
  readonly signal?: AbortSignal;
  /** What is measured next, for people. */
  begin?(doing: string): void;
  /** How long a part took. */
  done?(part: "check" | "rounds", seconds: number): void;
}

/**
 * Measures the ceilings, interleaved: every round samples all of them in a different order. If stopped, it returns what it has.
 * @throws ActigradError "kernel" if a kernel computes a wrong result
 */
export async function measureLimits(
  gpu: Gpu,
  options: LimitsOptions = { rounds: 9, sampleMs: 10 },
  { signal, begin, done }: LimitsObserver = {},
): Promise<LimitsResult> {
  const gauges = new Gauges(gpu);
  const all: Sampled[] = [];
  let waitMs = 0;
  try {
    for (const spec of gaugeSpecs(gpu.adapter.software)) {
      if (signal?.aborted === true) break;
      begin?.(`checking ${[spec.what, spec.how].filter(Boolean).join(" ")}`);
      const start = performance.now();
      const gauge = await gauges.open(spec);
      await gauge.check();
      const sampled = { gauge, times: 1, samplesMs: [] };
      if (spec.what === "wait") waitMs = await leastTime(gauge);
      else await calibrate(sampled, options.sampleMs, waitMs);
      all.push(sampled);
      done?.("check", (performance.now() - start) / 1000);
    }
    for (let round = 0; round < options.rounds && signal?.aborted !== true; round++) {
      begin?.(`measuring the adapter's limits, round ${round + 1} of ${options.rounds}`);
      const start = performance.now();
      for (const i of permutation(all.length, 0, round)) {
        const { gauge, times, samplesMs } = all[i]!;
        samplesMs.push(await time(gauge, times));
      }
      done?.("rounds", (performance.now() - start) / 1000);
    }
  } finally {
    gauges.dispose();
  }
  return { ...options, ...limitsOf(all) };
}

async function time({ run }: Gauge, times: number): Promise<number> {
  const begin = performance.now();
  await run(times);
  return performance.now() - begin;
}

/** Most repetitions per sample. */
const MOST_TIMES = 1 << 14;

async function leastTime(gauge: Gauge): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 5; i++) least = Math.min(least, await time(gauge, 1));
  return least;
}

/** The number of repetitions that takes about `sampleMs`, besides waiting for the end. */
async function calibrate(sampled: Sampled, sampleMs: number, waitMs: number): Promise<void> {
  const { gauge } = sampled;
  const work = async (): Promise<number> => Math.max(0, (await time(gauge, sampled.times)) - waitMs);
  let ms = await work();
  while (ms < sampleMs / 4 && sampled.times < MOST_TIMES) {
    sampled.times *= 4;
    ms = await work();
  }
  sampled.times = Math.max(1, Math.round((sampled.times * sampleMs) / Math.max(ms, sampleMs / 4)));
}

/** Rates and times from samples. The wait is subtracted, but never more than half of a sample. */
export function limitsOf(
  all: readonly {
    readonly gauge: Pick<Gauge, "what" | "how" | "elements" | "amount">;
    readonly times: number;
    readonly samplesMs: readonly number[];
  }[],
): Omit<LimitsResult, keyof LimitsOptions> {
  const of = (what: Gauge["what"], elements = 0): typeof all =>
    all.filter(({ gauge }) => gauge.what === what && gauge.elements === elements);
  const waitMs = quartiles(of("wait")[0]?.samplesMs ?? [])?.median;
  /** Milliseconds per repetition, for each sample. */
  const share = ({ samplesMs, times, gauge: { what } }: (typeof all)[number]): number[] =>
    samplesMs.map((ms) => (what === "readback" ? ms : Math.max(ms - (waitMs ?? 0), ms / 2)) / times);
  const best = (what: Gauge["what"], elements?: number): Ceiling | undefined =>
    of(what, elements)
      .flatMap((sampled) => {
        const { how, amount } = sampled.gauge;
        const rate = quartiles(share(sampled).map((ms) => amount / ms / 1e6));
        return rate === undefined ? [] : [{ how, of: rate }];
      })
      .toSorted((a, b) => b.of.median - a.of.median)[0];
  const microseconds = (what: Gauge["what"]): Spread | undefined =>
    quartiles(
      of(what)
        .flatMap(share)
        .map((ms) => ms * 1000),
    );

  const multiplyAdd = best("multiplyAdd");
  const [dispatchUs, submitUs, readbackUs] = (["dispatch", "submit", "readback"] as const).map(microseconds);
  return {
    ...(multiplyAdd && { multiplyAdd }),
    copies: COPIED.map((elements) => {
      const [kernel, buffer] = [best("kernel", elements), best("buffer", elements)?.of];
      return { elements, ...(kernel && { kernel }), ...(buffer && { buffer }) };
    }),
    ...(dispatchUs && { dispatchUs }),
    ...(submitUs && { submitUs }),
    ...(readbackUs && { readbackUs }),
    ...(waitMs !== undefined && { waitMs }),
  };
}

/**
 * The two ceilings for kernels: the best multiply-add, and the best copy by a kernel (the adapter's own copy may use means that
 * no kernel has). Undefined without one of them.
 */
export function ceilingsOf({ multiplyAdd, copies }: LimitsResult): Ceilings | undefined {
  const rates = copies.flatMap(({ kernel }) => kernel?.of.median ?? []);
  if (multiplyAdd === undefined || rates.length === 0) return undefined;
  return { gflops: multiplyAdd.of.median, gbPerSecond: Math.max(...rates) };
}
