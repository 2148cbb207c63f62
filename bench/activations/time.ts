/** Times an activation's own kernels next to a copy: forward, and backward as a separate dispatch. */
import { permutation } from "../../src/core/random.ts";
import {
  Executor,
  Graph,
  MAX_STEPS,
  Storage,
  activations,
  makePlan,
  planTarget,
  type Activation,
  type Gpu,
  type Plan,
} from "../../src/index.ts";
import { operationsOf } from "../../src/activations/operations.ts";
import { activation, activationGrad } from "../../src/graph/ops/activation.ts";
import { assign } from "../../src/graph/ops/assign.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import { check, inputs } from "./exactness.ts";
import { isLearnable, layerPlan } from "./learned.ts";
import type {
  BesideRelu,
  ColdCompile,
  ActivationsOptions,
  KernelResult,
  KernelRow,
  Timing,
} from "./result.ts";
import { median, quartiles, type Spread } from "../../src/core/statistics.ts";

/** An activation under the name of its row. */
export interface Subject {
  readonly name: string;
  readonly record: Activation;
}

/** Called when something begins, with how many units of which part are done after how many seconds. */
export interface KernelObserver {
  readonly signal: AbortSignal;
  begin(doing: string): void;
  done(part: "compile" | "rounds", seconds: number): void;
}

/** A kernel, or two, ready to be timed. */
interface Entry {
  readonly row: string;
  /** "wait": four elements, almost no work: the cost of submitting and of learning that it is done. */
  readonly what: "wait" | "copy" | "forward" | "forwardBackward" | "constants" | "learned";
  readonly executor: Executor;
  readonly bytes: number;
  runs: number;
  readonly totalsMs: number[];
}

/** Most runs per sample: 16 submits. */
const MOST_RUNS = 16 * MAX_STEPS;

/**
 * y = f(x), and with `backward` then dx = gy f'(saved). Unfused, with every tensor in memory, as a training without fusion would
 * run it. All activations share the tensors x, gy, y and dx.
 */
function kernelPlan(gpu: Gpu, record: Activation, elements: number, backward: boolean): Plan {
  const graph = new Graph();
  const shape = [1, 1, elements];
  const x = data(graph, "x", shape);
  const fx = activation(record, x);
  const y = assign(state(graph, "y", shape), fx);
  if (backward) {
    const inputs = [record.saves === "y" ? y : x, data(graph, "gy", shape), ...fx.inputs.slice(1)];
    assign(state(graph, "dx", shape), graph.add(activationGrad, inputs, { record }));
  }
  return makePlan(graph, planTarget(gpu, { fuse: false }));
}

/** Bytes that a run really moves: with a constant derivative the compiler drops the saved tensor's load. */
function bytesMoved(plan: Plan, record: Activation, elements: number): number {
  const listed = plan.dispatches.reduce((total, { bytes }) => total + bytes, 0);
  const loads = plan.dispatches.length < 2 || new RegExp(`\\b${record.saves}\\b`).test(record.wgsl.dfdx);
  return loads ? listed : listed - elements * 4;
}

/**
 * Times the kernels of activations on tensors of `elements` f32. Checks every result against float64 before anything is timed.
 * @throws ActigradError "kernel" if a kernel is wrong
 */
export async function timeKernels(
  gpu: Gpu,
  subjects: readonly Subject[],
  elements: number,
  options: Pick<ActivationsOptions, "rounds" | "sampleMs">,
  observer: KernelObserver,
): Promise<KernelResult> {
  const [storage, small] = [new Storage(gpu), new Storage(gpu)];
  const entries: Entry[] = [];
  const load = async (row: string, what: Entry["what"], record: Activation): Promise<Executor> => {
    const waits = what === "wait";
    const plan = kernelPlan(gpu, record, waits ? 4 : elements, what === "forwardBackward");
    const executor = await Executor.load(plan, waits ? small : storage);
    const bytes = bytesMoved(plan, record, elements);
    entries.push({ row, what, executor, bytes, runs: 1, totalsMs: [] });
    return executor;
  };
  try {
    const tensors = inputs(elements);
    for (const name of ["x", "gy", "y", "dx"])
      storage.buffer(name, { shape: [1, 1, elements], dtype: "f32" }, "data");
    storage.write("x", tensors.x);
    storage.write("gy", tensors.gy);
    const copy = await load("copy", "copy", activations.identity);
    await timeRuns(gpu, copy, 1);
    await load("wait", "wait", activations.identity);
    for (const name of ["x", "gy", "y", "dx"]) small.buffer(name, { shape: [1, 1, 4], dtype: "f32" }, "data");
    const checked = new Map<string, Pick<KernelRow, "exactness" | "compile" | "wgsl">>();
    for (const { name, record } of subjects) {
      if (observer.signal.aborted) break;
      observer.begin(`compiling and checking ${name}`);
      const begin = performance.now();
      const compile = await compileCold(gpu, record, small);
      const both = await load(name, "forwardBackward", record);
      await timeRuns(gpu, both, 1);
      const [y, dx] = [await storage.read("y"), await storage.read("dx")];
      const exactness = check(record, tensors, y, dx);
      const wgsl = both.plan.dispatches.map(({ label, kernel }) => ({ label, text: kernel.wgsl }));
      checked.set(name, { exactness, wgsl, ...(compile && { compile }) });
      await load(name, "forward", record);
      // Tests check the gradients of parameters.
      for (const what of isLearnable(record) ? (["constants", "learned"] as const) : []) {
        const { plan, parameters } = layerPlan(gpu, record, elements, what === "learned");
        const executor = await Executor.load(plan, storage);
        for (const { node, init } of parameters) storage.write(node.label, init(0));
        entries.push({ row: name, what, executor, bytes: 0, runs: 1, totalsMs: [] });
      }
      observer.done("compile", (performance.now() - begin) / 1000);
    }
    await timeRounds(gpu, entries, options, observer);
    return collect(subjects, entries, elements, checked);
  } finally {
    for (const { executor } of entries) executor.dispose();
    storage.dispose();
    small.dispose();
  }
}

/** Undefined if a kernel was known. */
async function compileCold(gpu: Gpu, record: Activation, small: Storage): Promise<ColdCompile | undefined> {
  const { pipelines } = gpu.counts;
  const times: number[] = [];
  // The second plan's forward kernel is the first plan's.
  for (const backward of [false, true]) {
    const begin = performance.now();
    const executor = await Executor.load(kernelPlan(gpu, record, 4, backward), small);
    await timeRuns(gpu, executor, 1);
    times.push(performance.now() - begin);
    executor.dispose();
  }
  const [forwardMs, backwardMs] = times as [number, number];
  return gpu.counts.pipelines === pipelines + 2 ? { forwardMs, backwardMs } : undefined;
}

/**
 * Milliseconds until the runs are done, which follow each other without waiting, up to 64 per submit. Includes the final wait;
 * see `Entry.what` "wait".
 */
async function timeRuns(gpu: Gpu, executor: Executor, runs: number): Promise<number> {
  const begin = performance.now();
  for (let left = runs; left > 0; left -= MAX_STEPS) {
    executor.run(Array.from({ length: Math.min(left, MAX_STEPS) }, () => ({})));
  }
  await gpu.idle();
  return performance.now() - begin;
}

/**
 * Samples all kernels in every round, each round in a different order: other load on the machine affects all alike, and none
 * always runs after the same neighbour.
 */
async function timeRounds(
  gpu: Gpu,
  entries: Entry[],
  options: Pick<ActivationsOptions, "rounds" | "sampleMs">,
  observer: KernelObserver,
): Promise<void> {
  for (const entry of entries) {
    if (observer.signal.aborted) return;
    if (entry.what === "wait") continue;
    const once = (await timeRuns(gpu, entry.executor, 2)) / 2;
    entry.runs = Math.min(MOST_RUNS, Math.max(1, Math.ceil(options.sampleMs / once)));
  }
  for (let round = 0; round < options.rounds; round++) {
    const begin = performance.now();
    observer.begin(`timing kernels, round ${round + 1} of ${options.rounds}`);
    for (const i of permutation(entries.length, 0, round)) {
      if (observer.signal.aborted) return;
      const { executor, runs, totalsMs } = entries[i]!;
      totalsMs.push(await timeRuns(gpu, executor, runs));
    }
    observer.done("rounds", (performance.now() - begin) / 1000);
  }
}

function collect(
  subjects: readonly Subject[],
  entries: readonly Entry[],
  elements: number,
  checked: ReadonlyMap<string, Pick<KernelRow, "exactness" | "compile" | "wgsl">>,
): KernelResult {
  const entryOf = (row: string, what: Entry["what"]): Entry | undefined =>
    entries.find((e) => e.row === row && e.what === what && e.totalsMs.length > 0);
  const wait = entryOf("wait", "wait");
  const waitMs = wait === undefined ? 0 : median(wait.totalsMs);
  const samplesOf = ({ totalsMs, runs }: Entry): number[] =>
    totalsMs.map((total) => Math.max(total - waitMs, total / 2) / runs);
  const rateOf = (entry: Entry): number => entry.bytes / median(samplesOf(entry)) / 1e6;
  const copy = entryOf("copy", "copy");
  const timing = (row: string, what: Entry["what"]): Timing | undefined => {
    const entry = entryOf(row, what);
    if (entry === undefined || copy === undefined) return undefined;
    const { runs, bytes } = entry;
    const [samplesMs, gbPerSecond] = [samplesOf(entry), rateOf(entry)];
    const ofCopy = gbPerSecond / rateOf(copy);
    return { samplesMs, ms: quartiles(samplesMs)!, runs, bytes, gbPerSecond, ofCopy };
  };
  const timings = (row: string): Partial<KernelRow> => {
    const [forward, forwardBackward] = [timing(row, "forward"), timing(row, "forwardBackward")];
    return { ...(forward && { forward }), ...(forwardBackward && { forwardBackward }) };
  };
  const copied = timing("copy", "copy");
  const relu = subjects.find(({ record }) => record === activations.relu);
  /** From samples of the same rounds. */
  const ratio = (own: Entry | undefined, other: Entry | undefined): Spread | undefined => {
    if (own === undefined || other === undefined) return undefined;
    const [ownMs, otherMs] = [samplesOf(own), samplesOf(other)];
    const rounds = Math.min(ownMs.length, otherMs.length);
    return quartiles(Array.from({ length: rounds }, (_, i) => ownMs[i]! / otherMs[i]!));
  };
  const besideRelu = (row: string): BesideRelu | undefined => {
    const ratios = (what: Entry["what"]): Spread | undefined =>
      ratio(entryOf(row, what), relu && entryOf(relu.name, what));
    const [forward, forwardBackward] = [ratios("forward"), ratios("forwardBackward")];
    return forward && forwardBackward && { forward, forwardBackward };
  };
  return {
    elements,
    ...(wait && { waitMs }),
    ...(copied && { copy: copied }),
    rows: subjects.map(({ name, record: { transcendentals, wgsl } }) => {
      const beside = besideRelu(name);
      const learned = ratio(entryOf(name, "learned"), entryOf(name, "constants"));
      const known = {
        ...checked.get(name),
        ...timings(name),
        ...(beside && { besideRelu: beside }),
        ...(learned && { learned }),
      };
      const operations = Math.max(operationsOf(wgsl.f), operationsOf(wgsl.dfdx));
      return { name, transcendentals, operations, ...known };
    }),
  };
}
