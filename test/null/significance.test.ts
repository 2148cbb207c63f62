/** Tests of significance, compared with published examples. */
import { describe, expect, test } from "vitest";
import { fTail, rangeQuantile, rangeShare, studentShare } from "../../src/core/distributions.ts";
import { friedman, ranksOf } from "../../src/core/ranks.ts";
import { holm, pairedTest, signFlipTest } from "../../src/core/significance.ts";

describe("distributions", () => {
  test.each([
    // Harter 1960, the last row of the table for 5 %
    [2, 2.772],
    [3, 3.314],
    [4, 3.633],
    [5, 3.858],
    [6, 4.03],
    [7, 4.17],
    [8, 4.286],
    [9, 4.387],
    [10, 4.474],
  ])("the studentized range of %i groups", (groups, q) => {
    expect(Math.abs(rangeQuantile(0.95, groups) - q)).toBeLessThan(0.00051);
    expect(rangeShare(rangeQuantile(0.9, groups), groups)).toBeCloseTo(0.9, 10);
  });

  test("the range of two is a normal difference", () => {
    // Phi(1.959963984540054) = 0.975
    expect(rangeQuantile(0.95, 2)).toBeCloseTo(1.959963984540054 * Math.SQRT2, 9);
  });

  test("F of one and n degrees of freedom is a squared t", () => {
    for (const [t, n] of [
      [2.262157, 9],
      [0.5, 3],
      [4, 20],
    ] as const)
      expect(fTail(t * t, 1, n)).toBeCloseTo(2 * studentShare(-t, n), 12);
    // Tables: F(3, 39) at 5 % is 2.845 (Demšar 2006)
    expect(fTail(2.845, 3, 39)).toBeCloseTo(0.05, 4);
  });
});

describe("paired differences", () => {
  // Student 1908, sleep gained by two drugs: t = 4.0621, p = 0.002833.
  const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];

  test("Student's sleep", () => expect(pairedTest(sleep)).toBeCloseTo(0.002833, 6));

  test("Darwin's maize, by Fisher's permutations", () => {
    // Fisher 1935, section 21: 1,726 of the 32,768 assignments have a sum as large or larger, on both sides.
    const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    const exact = 1726 / 32768;
    expect(pairedTest(maize)).toBeCloseTo(0.0497, 4);
    // Fifteen pairs are more than are gone through: 16,384 drawn ones are within three of their standard deviations.
    expect(Math.abs(signFlipTest(maize) - exact)).toBeLessThan(3 * Math.sqrt((exact * (1 - exact)) / 16384));
    expect(signFlipTest(maize)).toBe(signFlipTest(maize));
  });

  test("all assignments of few", () => {
    expect(signFlipTest([1, 2, 3])).toBe(2 / 8);
    expect(signFlipTest([1, 2, -3])).toBe(1);
    expect(signFlipTest(sleep)).toBe(4 / 1024);
  });

  test("nothing, and always the same", () => {
    expect(pairedTest([0, 0, 0])).toBe(1);
    expect(signFlipTest([0, 0, 0])).toBe(1);
    expect(pairedTest([0.5, 0.5, 0.5])).toBe(0);
    expect(pairedTest([0.5])).toBeNaN();
  });

  test("Holm's example", () => {
    // Wikipedia and textbooks alike: 0.01, 0.04, 0.03, 0.005 at 5 %
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [i, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[i]).toBeCloseTo(p, 12);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });
});

describe("ranks", () => {
  test("equals share theirs", () => {
    expect(ranksOf([0.9, 0.8, 0.9, 0.7], "high")).toEqual([1.5, 3, 1.5, 4]);
    expect(ranksOf([3, 1, 2], "low")).toEqual([3, 1, 2]);
  });

  // Demšar 2006, table 6: AUC of C4.5, with m, with cf, with both, on fourteen data sets.
  const demsar = [
    [0.763, 0.768, 0.771, 0.798],
    [0.599, 0.591, 0.59, 0.569],
    [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657],
    [0.882, 0.888, 0.886, 0.898],
    [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685],
    [0.583, 0.583, 0.563, 0.625],
    [0.775, 0.838, 0.866, 0.875],
    [1, 1, 1, 1],
    [0.94, 0.962, 0.965, 0.962],
    [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.9751, 0.975],
    [0.957, 0.978, 0.946, 0.97],
  ];

  test("Demšar's example: Friedman, Iman and Davenport, Nemenyi", () => {
    const { meanRanks, chiSquare, f, p, criticalDifference } = friedman(
      demsar.map((scores) => ranksOf(scores, "high")),
    );
    for (const [i, rank] of [3.143, 2, 2.893, 1.964].entries()) expect(meanRanks[i]).toBeCloseTo(rank, 3);
    expect(chiSquare).toBeCloseTo(9.28, 2);
    expect(f).toBeCloseTo(3.69, 2);
    expect(p).toBeLessThan(0.05);
    expect(criticalDifference).toBeCloseTo(1.25, 2);
  });
});
