import { ActigradError, unknownName } from "../../src/core/errors.ts";
import { type DatasetHost, adam } from "../../src/index.ts";
import { dataTensors, sourceOf, trainingGraph } from "../../src/train/step.ts";
import type { Suite } from "../suite.ts";
import { answerOf } from "./answer.ts";
import { judge } from "./judge.ts";
import { type Ready, lossOf, modelOf, rowsOf } from "./ready.ts";
import { reportOf } from "./report.ts";
import {
  type Cell,
  type ContestOptions,
  type ContestResult,
  PROTOCOL,
  type TaskResult,
  usualSeeds,
  usualTasks,
} from "./result.ts";
import { expectTask, runTask } from "./run.ts";
import { insideTable, tablesOf } from "./table.ts";
import { type Level, type Size, type Task, levels } from "./task.ts";
import { type TaskName, taskNames, tasks } from "./tasks/index.ts";
import { language } from "./tasks/language.ts";
import { fitOwn, own } from "./tasks/own.ts";

/** Compared by default: common activations of today, and of the past. */
export const contestants = ["relu", "gelu", "silu", "tanh", "swiglu", "sigmoid"];

/** Which activation, on which task, by how much, at what cost. */
export const contest: Suite<ContestOptions, ContestResult> = {
  help: "activations against each other, each at its own best rate, on several tasks",
  options: ({ activations, formulas, tasks: asked, level, seeds, init, quick, dataset, text }) => ({
    activations:
      activations === undefined && formulas.length === 0
        ? contestants
        : [...(activations ?? []), ...formulas],
    tasks: asked ?? (quick ? usualTasks.slice(0, 1) : usualTasks),
    ...(asked?.includes("own") === true && { dataset }),
    ...(asked?.includes("language") === true && text !== undefined && { text }),
    ...(level && { level }),
    // One number is the number of seeds; of a list of seeds, only its length is used.
    seeds: seeds === undefined ? (quick ? 5 : usualSeeds) : seeds.length === 1 ? seeds[0]! : seeds.length,
    init: init ?? "fitting",
  }),
  async prepare(options, host) {
    const level: Level = options.level ?? (host.software ? "S" : "M");
    check(options);
    const { activations, init, seeds, tasks: asked } = options;
    const before = host.earlier?.["contest"] as ContestResult | undefined;
    const earlier = before && cellsOf(before, { ...options, level });
    const keptOf =
      (name: TaskName, { size }: Ready) =>
      (activation: string) =>
        earlier?.(name, size, activation);
    const loaded: { readonly name: TaskName; readonly ready: Ready }[] = [];
    for (const name of asked)
      loaded.push({ name, ready: await loadReady(name, host, { ...options, level }) });
    for (const { name, ready } of loaded)
      for (const activation of activations) checkTrainable(name, ready, activation);
    return {
      expect(progress, software) {
        for (const { name, ready } of loaded) {
          const kept = keptOf(name, ready);
          const left = activations.filter((activation) => kept(activation) === undefined);
          expectTask(progress, name, ready, left, software);
        }
      },
      async run(gpu, observer) {
        const results: TaskResult[] = [];
        const resultOf = (finished: readonly TaskResult[]): ContestResult => ({
          protocol: PROTOCOL,
          level,
          seeds,
          init,
          activations,
          tasks: finished,
          asked,
        });
        const reached = (task: unknown): void =>
          observer.reached?.(resultOf([...results, task as TaskResult]));
        for (const [i, { name, ready }] of loaded.entries()) {
          if (observer.signal.aborted) break;
          const place = `task ${i + 1} of ${loaded.length}, ${name}`;
          const one = { name, place, ready, activations };
          results.push(await runTask(gpu, one, { ...observer, reached, earlier: keptOf(name, ready) }));
        }
        return resultOf(results);
      },
    };
  },
  answer: (result) => answerOf(result, judge(result)),
  tables: (result) => [...tablesOf(result, judge(result)), insideTable(result)],
  report: reportOf,
  method: ({ level, seeds, init, activations }) => [
    `Contest, protocol ${PROTOCOL}, level ${level}: each of ${activations.length} activations gets its own Adam learning rate for each task, ` +
      `the best on validation rows from a grid of 1 and 3 times powers of ten, over three seeds that are not used later; the grid grows while its ` +
      `best lies at an edge, and at both edges while they are not told apart. Then ${seeds} seeds are trained at that rate, with the same batches and starting numbers for all activations.`,
    `Widths are chosen so that every network has as many parameters as the plain one, within 1 %. Starting weights: ${
      init === "same" ? "He for all" : "what suits each activation (He or Glorot)"
    }.`,
    "Differences are taken seed by seed on test rows: a paired t test, adjusted for all pairs of a task (Holm), with a sign-flip permutation " +
      "test beside it. Milliseconds per step are medians of nine rounds in which the activations take turns.",
  ],
};

/** A task with its rows, and seeds from 0. @throws ActigradError "data" if files are missing */
export async function loadReady(
  name: TaskName,
  host: DatasetHost,
  options: Pick<ContestOptions, "dataset" | "text" | "seeds" | "init"> & { readonly level: Level },
): Promise<Ready> {
  const { level, init } = options;
  const named = taskOf(name, options);
  const rows = await named.load(host, level);
  const task = name === "own" ? fitOwn(named, rows) : named;
  const seeds = Array.from({ length: options.seeds }, (_, i) => i);
  return { task, splits: [{ rows, seeds }], size: task.sizes[level], init };
}

/**
 * Builds a step without a device, so that a combination that cannot be trained is refused before hours are spent.
 * @throws ActigradError that names task and activation
 */
function checkTrainable(name: TaskName, ready: Ready, activation: string): void {
  const { train } = rowsOf(ready);
  const tensors = sourceOf(train)?.tensors("data") ?? dataTensors(train, "data");
  try {
    const spec = {
      model: modelOf(ready, activation),
      loss: lossOf(ready),
      replicas: 1,
      batch: ready.size.batch,
    };
    trainingGraph(spec, train, tensors, adam(), 0);
  } catch (error) {
    if (!(error instanceof ActigradError)) throw error;
    throw new ActigradError(
      error.code,
      `contest: ${activation} cannot be trained on ${name}: ${error.message}`,
      {
        ...error.details,
        hint: "leave one of them out",
      },
    );
  }
}

/** The finished cells of an earlier run, for unchanged tasks. @throws ActigradError "data" if its options differ */
function cellsOf(
  { tasks: before, ...found }: ContestResult,
  asked: ContestOptions,
): (task: TaskName, size: Size, activation: string) => Cell | undefined {
  for (const key of ["protocol", "level", "seeds", "init"] as const) {
    const wanted = key === "protocol" ? PROTOCOL : asked[key];
    if (found[key] === wanted) continue;
    throw new ActigradError("data", `--resume: ${key} differs, ${found[key]} in the file, ${wanted} now`, {
      hint: "resume with the options that the file was made with",
    });
  }
  return (task, { batch, steps }, activation) => {
    if (task === "own" || (task === "language" && asked.text !== undefined)) return undefined; // the rows may have changed
    const same = before.find((one) => one.task === task && one.batch === batch && one.steps === steps);
    const cell = same?.cells.find((one) => one.activation === activation);
    if (cell === undefined) return undefined;
    const { stepMs: _, ...kept } = cell; // times are measured again for all, in turns
    return kept;
  };
}

function taskOf(name: TaskName, { dataset = "", text }: Pick<ContestOptions, "dataset" | "text">): Task {
  if (name === "own") return own(dataset);
  return name === "language" ? language(text) : tasks[name];
}

/** @throws ActigradError "option" for repeated tasks or activations, or too few of either */
function check({ activations, tasks: asked, level, seeds }: ContestOptions): void {
  for (const name of asked)
    if (name !== "own" && !Object.hasOwn(tasks, name)) throw unknownName("task", name, [...taskNames, "own"]);
  if (level !== undefined && !levels.includes(level)) throw unknownName("level", level, levels);
  if (activations.length < 2)
    throw new ActigradError(
      "option",
      `contest: expected at least two activations, got ${activations.length}`,
      {
        hint: "as in --activations relu,gelu",
      },
    );
  const twice = <T>(all: readonly T[]): T | undefined => all.find((one, i) => all.indexOf(one) !== i);
  const again = twice<string>(activations) ?? twice<TaskName>(asked);
  if (again !== undefined) throw new ActigradError("option", `contest: "${again}" is named twice`);
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new ActigradError("option", `contest: seeds must be a whole number of at least 1, got ${seeds}`);
}
