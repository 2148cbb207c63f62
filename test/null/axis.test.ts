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
  // Over many powers of ten, some of them, whatever the first is.
  for (let power = 2; power <= 40; power++)
    for (const count of [3, 5]) {
      const { ticks } = scaleOf({ label, log: true, from: 10 ** -power, to: 1 }, [], count);
      expect([ticks.length >= 2, ticks.length <= count], `1e-${power}, ${count}`).toEqual([true, true]);
    }
});
