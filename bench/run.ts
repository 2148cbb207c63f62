/** The bench as a whole: its suites one after another, progress on the way, and what was reached when it is stopped. */
import type { Gpu } from "../src/index.ts";
import { expectAdapter } from "./baseline.ts";
import { Progress } from "./progress.ts";
import { type Kept, once } from "../src/host/kept.ts";
import { FORMAT, type BenchEvent, type BenchRequest, type BenchResult, keptName } from "./result.ts";
import type { Prepared, SuiteHost } from "./suite.ts";
import { entriesOf, type SuiteName, type SuiteResults } from "./suites.ts";

export interface BenchHost extends Omit<SuiteHost, "software" | "earlier"> {
  /** "Chrome 149.0.1.2 headless" */
  readonly host: string;
  readonly signal: AbortSignal;
  readonly kept: Kept;
  emit(event: BenchEvent): void;
}

/**
 * Times what the options name.
 * @throws ActigradError "kernel" when a kernel computes something wrong, "option" and "data" (a baseline of another adapter as well) before anything
 * is timed
 */
export async function runBench(
  gpu: Gpu,
  { earlier, ...options }: BenchRequest,
  host: BenchHost,
): Promise<BenchResult> {
  const { signal } = host;
  if (options.expectedAdapter !== undefined) expectAdapter(options.expectedAdapter, gpu.adapter);
  const begin = performance.now();
  const date = await once(host, "date", async () => new Date().toISOString());
  const progress = new Progress();
  const ready: { readonly name: SuiteName; readonly prepared: Prepared<unknown> }[] = [];
  for (const { name, suite, value } of entriesOf(options.suites)) {
    const prepared = await suite.prepare(value, {
      ...host,
      software: gpu.adapter.software,
      ...(earlier && { earlier }),
    });
    prepared.expect(progress, gpu.adapter.software);
    ready.push({ name, prepared });
  }
  let doing = "";
  const tell = (reached?: BenchResult): void =>
    host.emit({ doing, secondsLeft: progress.secondsLeft, ...(reached && { reached }) });
  const begun = (what: string): void => {
    doing = what;
    tell();
  };
  const results: Partial<Record<SuiteName, unknown>> = {};
  const resultOf = (reached: typeof results, complete: boolean): BenchResult => ({
    format: FORMAT,
    complete,
    date,
    host: host.host,
    adapter: gpu.adapter,
    options,
    seconds: (performance.now() - begin) / 1000,
    results: reached as SuiteResults, // each came from the suite of its name
  });
  for (const { name, prepared } of ready) {
    if (signal.aborted) break;
    results[name] = await prepared.run(gpu, {
      signal,
      progress,
      begin: begun,
      reached: (value) => tell(resultOf({ ...results, [name]: value }, false)),
      once: (cell, compute) => once(host, keptName(name, cell), compute),
    });
  }
  return resultOf(results, !signal.aborted);
}
