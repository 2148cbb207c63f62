/** A race stops early only if it has an answer that has not changed for long. */
import { expect, test } from "vitest";
import { fromJson } from "../../src/core/json.ts";
import { readRace } from "../../src/app/lab/data/race-file.ts";
import { STANDS, Settling } from "../../src/app/lab/data/settled.ts";
import { plantedRace } from "../lab/planted.ts";

const loss = [0.3, 0.31, 0.3, 0.32, 0.3];
const good = [0.91, 0.92, 0.9, 0.93, 0.91];
const worse = [0.81, 0.82, 0.8, 0.82, 0.81];
const none = [0.5, 0.51, 0.49, 0.5, 0.5];

/** Evaluates two activations in turn, round by round; returns the rounds after which the answer is settled. */
function settledIn(
  rounds: readonly (readonly [relu: readonly number[], tanh: readonly number[]])[],
): number[] {
  const race = { relu: { accuracy: good, loss }, tanh: { accuracy: good, loss } };
  const results = readRace(fromJson(plantedRace(race)));
  for (const { evaluations } of results.runners) evaluations.length = 0;
  const settling = new Settling(results);
  return rounds.flatMap((round, at) => {
    const takes = round.map((accuracy, runner) => {
      results.take({ kind: "evaluation", run: 0, runner, step: at, seconds: at, loss, accuracy, rmse: [] });
      return settling.take();
    });
    expect(takes[0]).toBe(false); // the other has not been evaluated yet
    return takes[1] === true ? [at + 1] : [];
  });
}

test("the answer stands after so many equal verdicts in a row; another verdict begins anew", () => {
  const clear = [good, worse] as const;
  const equal = [good, good] as const;
  expect(settledIn(Array.from({ length: STANDS + 2 }, () => clear))).toEqual([
    STANDS,
    STANDS + 1,
    STANDS + 2,
  ]);
  const turned = [...Array.from({ length: STANDS - 1 }, () => clear), equal];
  expect(settledIn([...turned, ...Array.from({ length: STANDS }, () => clear)])).toEqual([2 * STANDS]);
});

test("where somebody has learned nothing yet, nothing stands", () => {
  expect(settledIn(Array.from({ length: 2 * STANDS }, () => [good, none] as const))).toEqual([]);
});
