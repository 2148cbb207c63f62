/** The bench as a whole: its parts one after another, progress on the way, and what was reached when it is stopped. */
import { findActivation, type DatasetHost, type Gpu } from "../src/index.ts";
import { whole } from "./format.ts";
import { timeKernels } from "./kernels.ts";
import { Progress } from "./progress.ts";
import {
  FORMAT,
  type BenchEvent,
  type BenchOptions,
  type BenchResult,
  type KernelResult,
  type TrainingRow,
} from "./result.ts";
import { prepareTraining, trainWith, type PreparedTraining } from "./training.ts";

export interface BenchHost extends DatasetHost {
  /** "Chrome 149.0.1.2 headless" */
  readonly host: string;
  readonly signal: AbortSignal;
  emit(event: BenchEvent): void;
}

/**
 * Times what the options name.
 * @throws ActigradError "kernel" when a kernel computes something wrong, "option" and "data" before anything is timed
 */
export async function runBench(gpu: Gpu, options: BenchOptions, host: BenchHost): Promise<BenchResult> {
  const { signal } = host;
  const begin = performance.now();
  const date = new Date().toISOString();
  const records = options.activations.map(findActivation);
  const sizes = options.suites.includes("kernels") ? options.kernels.elements : [];
  const prepared = options.suites.includes("training")
    ? await prepareTraining(options.training, host)
    : undefined;

  const progress = expectedWork(gpu.adapter.software, options, sizes, prepared);
  const tell = (doing: string): void => host.emit({ doing, secondsLeft: progress.secondsLeft });

  const kernels: KernelResult[] = [];
  for (const elements of sizes) {
    if (signal.aborted) break;
    const result = await timeKernels(gpu, records, elements, options.kernels, {
      signal,
      begin: (doing) => tell(`${doing}, ${whole(elements)} elements`),
      done: (part, seconds) => progress.advance(`${part} ${elements}`, 1, seconds),
    });
    kernels.push(result);
  }

  const rows: TrainingRow[] = [];
  for (const [i, { name }] of records.entries()) {
    if (signal.aborted || prepared === undefined) break;
    const { steps } = prepared.result;
    const place = `training ${i + 1} of ${records.length}, ${name}`;
    const start = performance.now();
    let before = 0;
    tell(place);
    const row = await trainWith(gpu, name, prepared, signal, (step, loss, seconds) => {
      progress.advance("steps", step - before, before === 0 ? 0 : seconds); // the first warms up
      before = step;
      tell(`${place}: step ${step} of ${steps}, loss ${loss.map(formatLoss).join(" ")}`);
    });
    progress.advance("around", 1, (performance.now() - start) / 1000 - row.seconds);
    rows.push(row);
  }
  return {
    format: FORMAT,
    complete: !signal.aborted,
    date,
    host: host.host,
    adapter: gpu.adapter,
    options,
    seconds: (performance.now() - begin) / 1000,
    kernels,
    ...(prepared && { training: { ...prepared.result, rows } }),
  };
}

const formatLoss = (loss: number): string => (Number.isFinite(loss) ? loss.toFixed(3) : "not finite");

/** The bench's parts, with guesses at what their units take before any was done. */
function expectedWork(
  software: boolean,
  { activations, kernels }: BenchOptions,
  sizes: readonly number[],
  prepared: PreparedTraining | undefined,
): Progress {
  const progress = new Progress();
  const count = activations.length;
  for (const elements of sizes) {
    progress.add(`compile ${elements}`, count, software ? 0.4 : 0.2);
    progress.add(`rounds ${elements}`, kernels.rounds, (count * kernels.sampleMs * 2.4) / 1000);
  }
  if (prepared !== undefined) {
    const { steps, seeds } = prepared.result;
    progress.add("steps", count * steps, software ? 0.012 * seeds.length : 0.0005);
    progress.add("around", count, software ? 2.5 : 0.5); // placing data, compiling, evaluating
  }
  return progress;
}
