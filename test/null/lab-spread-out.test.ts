import { expect, test } from "vitest";
import { spreadOut } from "../../src/app/lab/charts/spread-out.ts";

test("names of curves that end together are moved apart, those with room stay, all within the plot", () => {
  expect(spreadOut([50, 10, 90], 14, [0, 100])).toEqual([50, 10, 90]);
  expect(spreadOut([50, 50, 52], 14, [0, 200])).toEqual([50, 64, 78]);
  expect(spreadOut([99, 98, 10], 14, [0, 100])).toEqual([100, 86, 10]);
  expect(spreadOut([-5, -5], 14, [0, 100])).toEqual([0, 14]);
  expect(spreadOut([], 14, [0, 100])).toEqual([]);
  for (const gap of spreadOut([3, 3, 3, 3, 3], 14, [0, 100]).map((y, i, all) => y - (all[i - 1] ?? y - 14)))
    expect(gap).toBeCloseTo(14);
});
