/** The contest as it trains: small networks, so that it takes seconds. */
import { afterAll, expect, test } from "vitest";
import { judgeTask } from "../../bench/contest/judge.ts";
import type { Cell, TaskResult } from "../../bench/contest/result.ts";
import { tasks } from "../../bench/contest/tasks/index.ts";
import { type Ready, chanceOf, plainParameters, trainCell } from "../../bench/contest/train.ts";
import { gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

const host = { read: () => Promise.reject(new Error("this task reads no file")) };
const SEEDS = 5;

async function ready(init: Ready["init"]): Promise<Ready> {
  const task = tasks.spirals;
  return { task, rows: await task.load(host, "S"), size: { batch: 100, steps: 120, widths: [12, 12] }, init };
}
const train = async (of: Ready, activation: string): Promise<Cell> => {
  const watch = { signal: new AbortController().signal, onSteps: () => {} };
  return (await trainCell(gpu, of, activation, SEEDS, watch))!;
};
const resultOf = ({ task, rows, size, ...of }: Ready, cells: readonly Cell[]): TaskResult => ({
  task: "spirals",
  about: task.about,
  measure: task.measure,
  rows: { train: rows.train.rows, validation: rows.validation.rows, test: rows.test.rows },
  batch: size.batch,
  steps: size.steps,
  parameters: plainParameters({ task, rows, size, ...of }),
  chance: chanceOf({ task, rows, size, ...of }),
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
    rows: await task.load(host, "S"),
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
    rows: await task.load(host, "S"),
    size: { batch: 8, steps: 24, widths: [32] },
    init: "fitting",
  };
  const swiglu = await train(of, "swiglu");
  expect(swiglu.parameters / plainParameters(of)).toBeCloseTo(1, 1);
  expect(Math.max(...swiglu.scores)).toBeLessThan(0.95 * chanceOf(of));
  expect(swiglu.scores).toEqual(swiglu.losses.map((nats) => nats / Math.LN2));
}, 240_000);
