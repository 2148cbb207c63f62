import { describe, expect, test } from "vitest";
import { type Entry, type Protocol, chooseTrial, standingsOf } from "../../src/core/standings.ts";
import { pairedInterval } from "../../src/core/statistics.ts";
import { studentQuantile, studentShare } from "../../src/core/distributions.ts";

describe("Student's t", () => {
  // Tables of the distribution, to their last digit.
  test.each([
    [0.975, 1, 12.7062047],
    [0.975, 2, 4.30265273],
    [0.975, 9, 2.26215716],
    [0.995, 4, 4.60409487],
    [0.9, 30, 1.31041503],
    [0.975, 1e6, 1.95996636],
  ])("%d of it with %d degrees of freedom lies below %d", (share, freedom, t) => {
    expect(studentQuantile(share, freedom)).toBeCloseTo(t, 6);
    expect(studentQuantile(1 - share, freedom)).toBeCloseTo(-t, 6);
    expect(studentShare(t, freedom)).toBeCloseTo(share, 8);
  });
});

test("a paired interval is the mean and t standard errors; splits of the same rows widen it", () => {
  const differences = [1, 2, 3, 4];
  const error = Math.sqrt(5 / 3);
  const plain = pairedInterval(differences, 0.95)!;
  expect(plain.mean).toBe(2.5);
  expect(plain.high - 2.5).toBeCloseTo((3.18244631 * error) / 2, 7);
  const corrected = pairedInterval(differences, 0.95, 0.25)!;
  expect(corrected.high - 2.5).toBeCloseTo(3.18244631 * error * Math.sqrt(0.25 + 0.25), 7);
  expect(2.5 - corrected.low).toBeCloseTo(corrected.high - 2.5, 12);
  expect(pairedInterval([1], 0.95)).toBeUndefined();
});

const seeds = [0, 1, 2, 3];
const protocol: Protocol = { better: "high", chance: [0.5, 0.5, 0.5, 0.5], splits: [0, 0, 0, 0], overlap: 0 };
const never = [false, false, false, false];
const trial = (rate: number, validation: number, test: readonly number[], diverged = never) => ({
  rate,
  validation: seeds.map(() => validation),
  validationLoss: seeds.map(() => 1 - validation),
  test,
  diverged,
});
const around = (middle: number, noise = [0.01, -0.01, 0.02, -0.02]): number[] => noise.map((n) => middle + n);

const entries: readonly Entry[] = [
  { name: "low", trials: [trial(0.1, 0.7, around(0.7)), trial(1, 0.6, around(0.99))] },
  { name: "top", trials: [trial(0.1, 0.8, around(0.6)), trial(1, 0.9, around(0.9))] },
  {
    name: "near",
    trials: [trial(0.1, 0.9, around(0.89, [0.04, -0.02, 0, -0.04])), trial(1, 0.1, around(0.1))],
  },
  { name: "flat", trials: [trial(0.1, 0.5, [0.5, 0.5, 0.5, 0.9]), trial(1, 0.4, around(0.4))] },
  {
    name: "gone",
    trials: [0.1, 1].map((rate) => trial(rate, 0.9, around(0.9), [false, true, false, false])),
  },
];

test("each stands at its own best rate by validation, those that cannot be told apart share a place", () => {
  const { rows, against, level } = standingsOf(entries, protocol);
  expect([against, level]).toEqual(["top", 0.95]);
  expect(rows.map(({ name, place, rate, edge }) => [name, place, rate, edge])).toEqual([
    ["top", 1, 1, "high"],
    ["near", 1, 0.1, "low"],
    ["low", 3, 0.1, "low"],
    ["flat", 3, 0.1, "low"],
    ["gone", null, 0.1, "low"],
  ]);
  const [top, near, low, flat, gone] = rows;
  expect(top!.difference).toBeNull();
  expect(near!.difference!.mean).toBeCloseTo(-0.015, 12);
  expect(low!.difference).toMatchObject({ low: expect.closeTo(-0.2, 9), high: expect.closeTo(-0.2, 9) });
  expect([top!.learned, low!.learned, flat!.learned, gone!.learned]).toEqual([true, true, false, false]);
  expect(gone).toMatchObject({ diverged: 1, difference: null });
});

test("a baseline is whom the others are compared with, and the order does not change", () => {
  const { rows, against } = standingsOf(entries, protocol, "low");
  expect(against).toBe("low");
  expect(rows[0]).toMatchObject({ name: "top", place: 1, difference: { mean: expect.closeTo(0.2, 9) } });
  expect(standingsOf(entries, protocol, "gone")).toMatchObject({ against: null });
});

test("errors are better low, and a mean of the targets is chance", () => {
  const errors = entries.slice(0, 2).map(({ name, trials }) => ({ name, trials: [trials[0]!] }));
  const { rows } = standingsOf(errors, { ...protocol, better: "low", chance: seeds.map(() => 0.65) });
  expect(rows.map(({ name, learned, edge }) => [name, learned, edge])).toEqual([
    ["top", true, null],
    ["low", false, null],
  ]);
});

test("seeds of one split are averaged before splits are compared", () => {
  const own = [trial(1, 0.9, [0.9, 0.7, 0.8, 0.8])];
  const other = [trial(1, 0.9, [0.8, 0.6, 0.5, 0.5])];
  const two = { ...protocol, splits: [0, 0, 1, 1], overlap: 0.25 };
  const { rows } = standingsOf(
    [
      { name: "own", trials: own },
      { name: "other", trials: other },
    ],
    two,
  );
  const expected = pairedInterval([-0.1, -0.3], 0.95, 0.25)!;
  expect(rows[1]!.difference).toEqual({
    mean: expect.closeTo(expected.mean, 12),
    low: expect.closeTo(expected.low, 9),
    high: expect.closeTo(expected.high, 9),
  });
});

test("a rate at which a seed diverged, or a score is NaN, comes after those without", () => {
  const fine = trial(0.1, 0.6, around(0.6));
  expect(chooseTrial([fine, trial(1, 0.9, around(0.9), [true, false, false, false])], "high").trial).toBe(
    fine,
  );
  expect(chooseTrial([trial(0.01, NaN, around(0.9)), fine], "high").trial).toBe(fine);
  expect(chooseTrial([fine], "high").edge).toBeNull();
  const equal = { ...trial(1, 0.6, around(0.6)), validationLoss: seeds.map(() => 0.3) };
  expect(chooseTrial([fine, equal, trial(10, 0.1, around(0.1))], "high")).toEqual({
    trial: equal,
    edge: null,
  });
});
