import { describe, expect, test } from "vitest";
import { chooseTrial } from "../../src/core/trials.ts";
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
const never = [false, false, false, false];
const trial = (rate: number, validation: number, test: readonly number[], diverged = never) => ({
  rate,
  validation: seeds.map(() => validation),
  validationLoss: seeds.map(() => 1 - validation),
  test,
  diverged,
});
const around = (middle: number, noise = [0.01, -0.01, 0.02, -0.02]): number[] => noise.map((n) => middle + n);

test("the best rate is that of the best mean on the validation rows; an end of the grid is told", () => {
  const [low, high] = [trial(0.1, 0.8, around(0.6)), trial(1, 0.9, around(0.9))];
  expect(chooseTrial([high, low], "high")).toEqual({ trial: high, edge: "high" });
  expect(chooseTrial([high, low], "low")).toEqual({ trial: low, edge: "low" });
  expect(chooseTrial([low, trial(0.3, 0.95, around(0.9)), high], "high").edge).toBeNull();
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
