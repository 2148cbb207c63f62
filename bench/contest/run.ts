/** One task of a contest: every activation in turn, then the cost of each. */
import { summary } from "../../src/index.ts";
import type { Gpu } from "../../src/index.ts";
import type { Progress } from "../progress.ts";
import type { Observer } from "../suite.ts";
import { costs } from "./cost.ts";
import { GRID } from "./rates.ts";
import { type Ready, chanceOf, modelOf, plainParameters, rowsOf } from "./ready.ts";
import { type Cell, type TaskResult, cellName } from "./result.ts";
import { SEARCH_SEEDS, trainCell } from "./train.ts";

/** Factor on the steps that choose a rate, because the grid grows: as measured at level S. */
const GROWN = 1.3;

/** Adds a task's parts to the planned work: the steps of all replicas, estimated by their FLOPs, and their overhead. */
export function expectTask(
  progress: Progress,
  name: string,
  ready: Ready,
  activations: readonly string[],
  software: boolean,
): void {
  progress.add(name, activations.length * stepsOfCell(ready), secondsOfStep(ready, software));
  progress.add(`${name}, around`, activations.length, (software ? 3.5 : 0.5) + 0.2 * ready.splits.length);
}

/** For all replicas, an estimate: how far the grid grows shows only later. */
function stepsOfCell({ splits, size, rates }: Ready): number {
  const tried = (rates ?? GRID).length;
  const search = tried === 1 ? 0 : tried * SEARCH_SEEDS.length * (rates ? 1 : GROWN);
  return size.steps * (search + splits.reduce((sum, { seeds }) => sum + seeds.length, 0));
}

/** For one replica, an estimate: every pass takes time for its FLOPs, and to start each layer. */
function secondsOfStep(ready: Ready, software: boolean): number {
  const { passes = 3 } = ready.task;
  const { flops, layers } = summary(modelOf(ready, "relu"), { batch: ready.size.batch });
  const [start, rate] = software ? [1e-5, 2e9] : [3e-7, 1e12];
  return passes * (start * layers.length + flops / rate);
}

export interface TaskObserver extends Observer {
  /** A cell of an earlier run that is used as it is. */
  earlier?(activation: string): Cell | undefined;
}

/** If stopped, returns the finished cells. @param place a description for people, printed before the current activity */
export async function runTask(
  gpu: Gpu,
  { name, place, ready, activations }: TaskRun,
  { signal, progress, begin, once, reached, earlier }: TaskObserver,
): Promise<TaskResult> {
  const { task, size, splits, overlap } = ready;
  const { train, validation, test } = rowsOf(ready);
  const cells: Cell[] = [];
  const resultOf = (finished: readonly Cell[]): TaskResult => ({
    task: name,
    about: task.about,
    measure: task.measure,
    rows: { train: train.rows, validation: validation?.rows ?? 0, test: test.rows },
    ...(splits.length > 1 && { splits: splits.flatMap(({ seeds }, split) => seeds.map(() => split)) }),
    ...(overlap !== undefined && { overlap }),
    batch: size.batch,
    steps: size.steps,
    parameters: plainParameters(ready),
    chance: chanceOf(ready),
    cells: finished,
  });
  for (const [k, activation] of activations.entries()) {
    const before = earlier?.(activation);
    if (before !== undefined) {
      cells.push(before);
      continue;
    }
    const doingWhat = `${place}: ${activation} (${k + 1} of ${activations.length})`;
    const start = performance.now();
    let [trained, done] = [0, 0];
    begin(doingWhat);
    const onSteps = (doing: string, steps: number, seconds: number): void => {
      progress.advance(name, steps, seconds);
      trained += seconds;
      done += steps;
      begin(`${doingWhat}, ${doing}`);
    };
    const cell = await once(cellName(name, activation), () =>
      trainCell(gpu, ready, activation, { signal, onSteps }),
    );
    if (cell === undefined) break;
    progress.skip(name, stepsOfCell(ready) - done); // it took more or fewer, or existed from before a crash
    progress.advance(`${name}, around`, 1, (performance.now() - start) / 1000 - trained);
    cells.push(cell);
    reached?.(resultOf(cells));
  }
  begin(`${name}: timing`);
  const times = signal.aborted ? new Map<string, never>() : await costs(gpu, ready, cells, signal);
  return resultOf(
    cells.map((cell) => {
      const stepMs = times.get(cell.activation);
      return stepMs === undefined ? cell : { ...cell, stepMs };
    }),
  );
}

export interface TaskRun {
  readonly name: string;
  readonly place: string;
  readonly ready: Ready;
  readonly activations: readonly string[];
}
