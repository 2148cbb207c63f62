import { expect, test } from "vitest";
import { scaleOf } from "../../src/report/figure/axis.ts";

test("a logarithmic axis shows two numbers at least, around what is drawn", () => {
  const label = { en: "loss", ko: "손실" };
  for (const values of [
    [0.6, 0.85],
    [3, 4],
    [0.2, 0.2],
    [2.1e-5, 3e-5],
    [0.011, 0.0195],
  ]) {
    const { ticks, at } = scaleOf({ label, log: true }, values);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    for (const value of values) {
      expect(ticks[0]).toBeLessThanOrEqual(value);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(value);
      expect(at(value)).toBeGreaterThanOrEqual(at(ticks[0]!));
    }
  }
  expect(scaleOf({ label, log: true }, [1, 20]).ticks).toEqual([1, 2, 5, 10, 20]);
});
