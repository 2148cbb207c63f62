/** The contest's training, with small networks, so that it takes seconds. */
import { afterAll, expect, test } from "vitest";
import { judgeTask } from "../../bench/contest/judge.ts";
import type { Cell, ContestResult, TaskResult } from "../../bench/contest/result.ts";
import { contest } from "../../bench/contest/suite.ts";
import { tasks } from "../../bench/contest/tasks/index.ts";
import { type Ready, chanceOf, plainParameters, rowsOf } from "../../bench/contest/ready.ts";
import { trainCell } from "../../bench/contest/train.ts";
import { Progress } from "../../bench/progress.ts";
import { fromJson, toJsonText } from "../../src/core/json.ts";
import { gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

const host = { read: () => Promise.reject(new Error("this task reads no file")) };
const seeds = [0, 1, 2, 3, 4];

async function ready(init: Ready["init"]): Promise<Ready> {
  const task = tasks.spirals;
  const rows = await task.load(host, "S");
  return { task, splits: [{ rows, seeds }], size: { batch: 100, steps: 120, widths: [12, 12] }, init };
}
const train = async (of: Ready, activation: string): Promise<Cell> => {
  const watch = { signal: new AbortController().signal, onSteps: () => {} };
  return (await trainCell(gpu, of, activation, watch))!;
};
const resultOf = (of: Ready, cells: readonly Cell[]): TaskResult => ({
  task: "spirals",
  about: of.task.about,
  measure: of.task.measure,
  rows: { train: rowsOf(of).train.rows, validation: 0, test: rowsOf(of).test.rows },
  batch: of.size.batch,
  steps: of.size.steps,
  parameters: plainParameters(of),
  chance: chanceOf(of),
  cells,
});

test("a formula that is relu differs from it by exactly 0, and identity is told apart", async () => {
  const same = await ready("same");
  const cells = [await train(same, "relu"), await train(same, "max(x, 0)"), await train(same, "identity")];
  const [relu, formula] = cells as [Cell, Cell, Cell];
  expect(formula.scores).toEqual(relu.scores);
  expect(formula.losses).toEqual(relu.losses);
  expect(formula.curve).toEqual(relu.curve);
  expect(formula.rate).toBe(relu.rate);
  const { pairs, ranked } = judgeTask(resultOf(same, cells));
  expect(pairs.find(({ a, b }) => a !== "identity" && b !== "identity")).toMatchObject({
    difference: { mean: 0, low: 0, high: 0 },
    apart: false,
  });
  expect(pairs.filter(({ b }) => b === "identity").every(({ apart }) => apart)).toBe(true);
  expect(ranked.at(-1)!.activation).toBe("identity");
  expect(relu.inside.map(({ dead }) => dead >= 0 && dead <= 1)).toEqual([true, true]);
  expect(relu.inside.every(({ saturated }) => saturated !== undefined)).toBe(true);
  const again = await train(same, "relu");
  expect(again).toEqual(relu); // same seed, same adapter: same bits
}, 120_000);

test("an activation that wants another rate finds it beyond the grid", async () => {
  const fitting = await ready("same");
  const scaled = await train(fitting, "0.001 * max(x, 0)");
  expect(scaled.rates.length).toBeGreaterThan(5);
  expect(scaled.rate).toBeGreaterThan(0.03);
  const rates = scaled.rates.map(({ rate }) => rate);
  expect(rates).toEqual(rates.toSorted((a, b) => a - b));
}, 120_000);

// Widths of 12 are too few for the 1 % that holds for every task's own sizes (test/null/contest.test.ts).
test("gated units have the parameters of plain ones", async () => {
  const of = await ready("fitting");
  const swiglu = await train(of, "swiglu");
  expect(Math.abs(swiglu.parameters / plainParameters(of) - 1)).toBeLessThanOrEqual(0.03);
  expect(swiglu.inside).toHaveLength(2);
  expect(swiglu.inside[0]!.saturated).toBeUndefined();
}, 120_000);

test("the equation is judged by the distance to its solution", async () => {
  const task = tasks.equation;
  const of: Ready = {
    task,
    splits: [{ rows: await task.load(host, "S"), seeds }],
    size: { batch: 64, steps: 120, widths: [12] },
    init: "fitting",
  };
  const tanh = await train(of, "tanh");
  expect(chanceOf(of)).toBeCloseTo(Math.SQRT1_2, 1); // of a sine
  expect(Math.max(...tanh.scores)).toBeLessThan(0.7 * chanceOf(of));
}, 120_000);

test("a text is judged by bits a character, which get fewer", async () => {
  const task = tasks.language;
  const of: Ready = {
    task,
    splits: [{ rows: await task.load(host, "S"), seeds }],
    size: { batch: 8, steps: 24, widths: [32] },
    init: "fitting",
  };
  const swiglu = await train(of, "swiglu");
  expect(swiglu.parameters / plainParameters(of)).toBeCloseTo(1, 1);
  expect(Math.max(...swiglu.scores)).toBeLessThan(0.95 * chanceOf(of));
  expect(swiglu.scores).toEqual(swiglu.losses.map((nats) => nats / Math.LN2));
}, 240_000);

test("stopped twice, with what was reached read back from its file, it ends with the JSON of one that was not", async () => {
  const options = {
    activations: ["relu", "identity"],
    tasks: ["spirals", "regression"],
    level: "S",
    seeds: seeds.length,
    init: "same",
  } as const;
  const of = await ready("same");
  /** The training of each cell is small here; keeping, stopping and resuming are the suite's own. */
  const cells = new Map<string, Cell>(
    await Promise.all(options.activations.map(async (name) => [name, await train(of, name)] as const)),
  );
  /** @param most cells that are trained before Ctrl-C */
  const run = async (most: number, before?: ContestResult): Promise<ContestResult> => {
    const stop = new AbortController();
    let trained = 0;
    const earlier = before && { contest: before };
    const prepared = await contest.prepare(options, { ...host, software: true, ...(earlier && { earlier }) });
    const progress = new Progress();
    prepared.expect(progress, true);
    const once = async <T>(name: string): Promise<T> => {
      trained++;
      if (trained > most) stop.abort();
      return (stop.signal.aborted ? undefined : cells.get(name.split(" ")[1]!)) as T;
    };
    const observer = { signal: stop.signal, progress, begin: () => undefined, once };
    const result = await prepared.run(gpu, observer);
    expect(trained).toBeLessThanOrEqual(most + 1);
    return fromJson(toJsonText(result, { digits: 7 })) as ContestResult;
  };
  const timeless = ({ tasks: reached, ...rest }: ContestResult) => ({
    ...rest,
    tasks: reached.map((task) => ({ ...task, cells: task.cells.map((own) => ({ ...own, stepMs: 0 })) })),
  });
  const whole = await run(4);
  const [first, second] = [await run(1), await run(2, await run(1))];
  expect(first.tasks.map(({ cells: own }) => own.length)).toEqual([1]);
  expect(second.tasks.map(({ cells: own }) => own.length)).toEqual([2, 1]);
  const third = await run(1, second);
  expect(timeless(third)).toEqual(timeless(whole));
  expect(third.tasks.every(({ cells: own }) => own.every(({ stepMs }) => stepMs !== undefined))).toBe(true);
}, 240_000);
