import { expect, test } from "vitest";
import { figureValues } from "../../src/report/figure/values.ts";
import { experiments } from "../../src/experiments/index.ts";
import { datasetNames, parseActivation } from "../../src/index.ts";
import type { Ranked } from "../../src/app/lab/data/curve-data.ts";
import { onceIn, withinNoise } from "../../src/app/lab/data/noise.ts";
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

const ranked = (low: number, high: number): Ranked => ({
  runner: 0,
  activation: "relu",
  rate: 0.1,
  accuracy: { median: (low + high) / 2, low, high },
  testLoss: undefined,
  loss: undefined,
  stepsPerSecond: 0,
  rowsPerSecond: 0,
  seconds: 0,
  steps: 1,
  reachedAt: undefined,
  diverged: 0,
});

test("what overlaps with the best is within the noise of the seeds; one seed tells nothing", () => {
  const best = ranked(0.9, 0.95);
  expect(withinNoise(ranked(0.85, 0.91), best, 3)).toBe(true);
  expect(withinNoise(ranked(0.85, 0.89), best, 3)).toBe(false);
  expect(withinNoise(ranked(0.85, 0.91), best, 1)).toBeUndefined();
  expect(withinNoise({ ...best, accuracy: undefined }, best, 3)).toBeUndefined();
});

test("ranges of equally good ones come apart as seldom as counting says", () => {
  // Every way to deal 2n different results to two.
  const counted = (n: number): number => {
    const ways = Array.from({ length: 2 ** (2 * n) }, (_, bits) =>
      Array.from({ length: 2 * n }, (_, i) => (bits >> i) & 1),
    ).filter((own) => own.reduce((a, b) => a + b, 0) === n);
    const apart = ways.filter((own) => own.slice(0, n).every((side) => side === own[0]));
    return ways.length / apart.length;
  };
  for (const n of [2, 3, 5]) expect(onceIn(n)).toBe(counted(n));
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
