import { expect, test } from "vitest";
import { figureValues } from "../../src/report/figure/values.ts";
import { experiments } from "../../src/experiments/index.ts";
import { datasetNames, parseActivation } from "../../src/index.ts";
import { fromJson } from "../../src/core/json.ts";
import { readRace } from "../../src/app/lab/data/race-file.ts";
import { type RaceVerdict, judgeRace, standings, verdictOf } from "../../src/app/lab/data/verdict.ts";
import { raceOf, rankImages, rankPlane } from "../../src/app/lab/data/race-of.ts";
import { checkSetup } from "../../src/app/lab/setup.ts";
import { type Planted, plantedRace } from "../lab/planted.ts";

test("every race that the course leads to is one that the page can run", () => {
  const races = experiments.flatMap(({ race }) =>
    race === undefined ? [] : [raceOf(race, true, false), raceOf(race, true, true)],
  );
  expect(races.length).toBeGreaterThan(3);
  for (const race of [...races, rankPlane(true), rankPlane(false), rankImages(true), rankImages(false)]) {
    expect(checkSetup(race)).toEqual(race);
    for (const text of race.activations) parseActivation(text);
    const [target = ""] = race.dataset.split(":");
    expect([...datasetNames, "dropped/", "mnist-small/"]).toContain(target);
  }
});

/** The verdicts on a planted race, by name; undefined where nothing is ranked. */
function verdicts(runners: Readonly<Record<string, Planted>>): Record<string, RaceVerdict> | undefined {
  const judged = judgeRace(readRace(fromJson(plantedRace(runners))))!;
  if (judged.verdict.refused !== null) return undefined;
  return Object.fromEntries([...standings(judged)].map(([name, own]) => [name, verdictOf(own)]));
}

test("a race's verdicts: together, behind, diverged in three seeds, nothing learned; too few seeds say nothing", () => {
  const loss = [0.3, 0.31, 0.3, 0.32, 0.3];
  const first = [0.91, 0.92, 0.9, 0.93, 0.91];
  const race = {
    relu: { accuracy: first, loss },
    tanh: { accuracy: [0.92, 0.91, 0.9, 0.92, 0.92], loss },
    elu: { accuracy: [0.81, 0.82, 0.8, 0.82, 0.81], loss },
    silu: { accuracy: first, loss, diverged: [0, 2, 4] },
    identity: { accuracy: [0.5, 0.51, 0.49, 0.5, 0.5], loss },
  };
  expect(verdicts(race)).toEqual({
    relu: "together",
    tanh: "together",
    elu: "behind",
    silu: "diverged",
    identity: "nothing",
  });
  const few = (own: Planted): Planted => ({ accuracy: own.accuracy.slice(1), loss: own.loss.slice(1) });
  expect(verdicts({ relu: few(race.relu), elu: few(race.elu) })).toBeUndefined();
  // All are right: the losses decide.
  const right = [1, 1, 1, 1, 1];
  expect(
    verdicts({ a: { accuracy: right, loss }, b: { accuracy: right, loss: loss.map((l) => l / 500) } }),
  ).toEqual({ b: "together", a: "behind" });
});

test("a figure's values as tables: ranges, references, what is missing", () => {
  const text = { en: "a", ko: "가" };
  const tables = figureValues(
    {
      caption: text,
      panels: [
        {
          kind: "lines",
          x: { label: text },
          y: { label: text, percent: true },
          series: [
            {
              name: "relu",
              points: [
                [1, 0.5, 0.4, 0.6],
                [2, null],
              ],
            },
            { name: text, points: [[2, 1]] },
          ],
        },
        {
          kind: "bars",
          value: { label: text },
          bars: [
            { name: "tanh", value: 0.5, low: 0.4, high: 0.6, reference: 0.55 },
            { name: "x", value: null },
          ],
        },
      ],
    },
    "ko",
  );
  expect(tables[0]).toEqual({
    title: "가",
    heading: ["가", "relu", "가"],
    rows: [
      ["1", "50.0 % [40.0 %, 60.0 %]", "–"],
      ["2", "–", "100.0 %"],
    ],
  });
  expect(tables[1]!.rows).toEqual([
    ["tanh", "0.5 [0.4, 0.6]", "0.55"],
    ["x", "–", "–"],
  ]);
});
