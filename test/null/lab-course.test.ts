import { expect, test } from "vitest";
import { figureValues } from "../../src/report/figure/values.ts";
import { experiments } from "../../src/experiments/index.ts";
import { datasetNames, parseActivation } from "../../src/index.ts";
import type { Ranked } from "../../src/app/lab/data/curve-data.ts";
import { verdictsOf } from "../../src/app/lab/data/verdict.ts";
import { raceOf, rankImages, rankPlane } from "../../src/app/lab/data/race-of.ts";
import { checkSetup } from "../../src/app/lab/setup.ts";

test("every race that the course leads to is one that the page can run", () => {
  const races = experiments.flatMap(({ race }) => (race === undefined ? [] : [raceOf(race, true)]));
  expect(races.length).toBeGreaterThan(3);
  for (const race of [...races, rankPlane(true), rankPlane(false), rankImages(true), rankImages(false)]) {
    expect(checkSetup(race)).toEqual(race);
    for (const text of race.activations) parseActivation(text);
    const [target = ""] = race.dataset.split(":");
    expect([...datasetNames, "dropped/"]).toContain(target);
  }
});

const ranked = (runner: number, scores: readonly number[], diverged = 0): Ranked => ({
  runner,
  activation: String(runner),
  rate: 0.1,
  accuracy: undefined,
  testLoss: undefined,
  scores,
  loss: undefined,
  stepsPerSecond: 0,
  rowsPerSecond: 0,
  seconds: 0,
  steps: 1,
  reachedAt: undefined,
  diverged,
});

test("a race's verdicts: together, behind, diverged in three seeds, nothing learned; too few seeds say nothing", () => {
  const first = [0.91, 0.92, 0.9, 0.93, 0.91];
  const rows = [
    ranked(2, first),
    ranked(0, [0.92, 0.91, 0.9, 0.92, 0.92]),
    ranked(1, [0.81, 0.82, 0.8, 0.82, 0.81]),
    ranked(3, first, 3),
    ranked(4, [0.5, 0.51, 0.49, 0.5, 0.5]),
  ];
  expect(verdictsOf(rows, "classes", 0.5)).toEqual(["together", "together", "behind", "diverged", "nothing"]);
  expect(verdictsOf(rows.slice(0, 3), "values", 0.85)).toEqual(["nothing", "nothing", "together"]); // losses
  const few = rows.map((row) => ({ ...row, scores: row.scores.slice(0, 4) }));
  expect(verdictsOf(few, "classes", 0.5)).toBeUndefined();
  expect(verdictsOf([rows[0]!, ranked(1, [])], "classes", 0.5)).toBeUndefined();
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
