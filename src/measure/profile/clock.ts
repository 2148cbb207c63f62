import { median } from "../../core/statistics.ts";
import type { Gpu } from "../../device/context.ts";
import type { Executor } from "../../device/executor.ts";
import { Timestamps } from "../../device/timestamps.ts";
import type { StepValues } from "../../graph/graph.ts";

/** When each dispatch of a step began and ended, in microseconds since the first one. */
export interface TimedStep {
  readonly beginUs: readonly number[];
  readonly endUs: readonly number[];
}

/** How long to time, and whom to tell. */
interface Timing {
  readonly steps: number;
  readonly signal: AbortSignal | undefined;
  readonly onStep: ((done: number, steps: number) => void) | undefined;
}

interface Timed {
  readonly method: "timestamp-query" | "submit and wait";
  readonly quantumNs?: number;
  readonly waitUs?: number;
  readonly timeline: readonly TimedStep[];
}

type Clock = (
  gpu: Gpu,
  executor: Executor,
  stepAt: (i: number) => StepValues,
  timing: Timing,
) => Promise<Timed>;

/** Times by the adapter's clock, if it offers timestamps for that many dispatches. */
export const timeByTimestamps: Clock = async (gpu, executor, stepAt, { steps, signal, onStep }) => {
  const count = executor.plan.dispatches.length;
  const timestamps = new Timestamps(gpu, count);
  const stamps: BigUint64Array[] = [];
  try {
    for (let i = 0; i < steps && signal?.aborted !== true; i++) {
      executor.run([stepAt(i)]); // so that the timed step does not find the adapter asleep
      executor.runTimed(stepAt(i), timestamps);
      stamps.push(await timestamps.read());
      onStep?.(i + 1, steps);
    }
  } finally {
    timestamps.dispose();
  }
  const first = stamps[0]?.[0] ?? 0n;
  const us = (stamp: bigint): number => Number(BigInt.asIntN(64, stamp - first)) / 1000;
  const timeline = stamps.map((all): TimedStep => {
    const beginUs = Array.from({ length: count }, (_, i) => us(all[2 * i]!));
    // WebGPU lets an adapter's clock be reset: such a dispatch gets a duration of 0.
    const endUs = beginUs.map((begin, i) => Math.max(begin, us(all[2 * i + 1]!)));
    return { beginUs, endUs };
  });
  return { method: "timestamp-query", ...quantum(quantumOf(stamps)), timeline };
};

const quantum = (ns: number | undefined): { quantumNs?: number } =>
  ns === undefined ? {} : { quantumNs: ns };

/** The largest number of nanoseconds that divides all differences; undefined when there are none. */
export function quantumOf(stamps: readonly BigUint64Array[]): number | undefined {
  let divisor = 0n;
  const first = stamps[0]?.[0] ?? 0n;
  for (const all of stamps) {
    for (const stamp of all) {
      let [a, b] = [divisor, stamp > first ? stamp - first : first - stamp];
      while (b !== 0n) [a, b] = [b, a % b];
      divisor = a;
    }
  }
  return divisor === 0n ? undefined : Number(divisor);
}

/** Samples of the time that an empty submit takes. */
const WAITS = 15;

/** Times each dispatch alone: submits it, waits for its end, and subtracts the time of an empty submit. */
export const timeAlone: Clock = async (gpu, executor, stepAt, { steps, signal, onStep }) => {
  const waits: number[] = [];
  for (let i = 0; i < WAITS; i++) waits.push(await microseconds(gpu, () => executor.run([])));
  const waitUs = median(waits);
  const timeline: TimedStep[] = [];
  let now = 0;
  for (let i = 0; i < steps && signal?.aborted !== true; i++) {
    const beginUs: number[] = [];
    const endUs: number[] = [];
    for (let d = 0; d < executor.plan.dispatches.length; d++) {
      const us = await microseconds(gpu, () => executor.runDispatch(d, stepAt(i)));
      beginUs.push(now);
      now += Math.max(0, us - waitUs);
      endUs.push(now);
    }
    timeline.push({ beginUs, endUs });
    onStep?.(i + 1, steps);
  }
  return { method: "submit and wait", waitUs, timeline };
};

async function microseconds(gpu: Gpu, run: () => void): Promise<number> {
  const begin = performance.now();
  run();
  await gpu.idle();
  return (performance.now() - begin) * 1000;
}
