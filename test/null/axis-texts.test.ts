import { expect, test } from "vitest";
import { fixed } from "../../src/report/numbers.ts";
import { logTickText, logTicks } from "../../src/report/scale.ts";

test("a logarithmic axis has at most five ticks, however far it reaches, in short texts", () => {
  expect(logTicks(1, 4)).toEqual([1, 2]);
  expect(logTicks(0.01, 20)).toEqual([0.01, 0.1, 1, 10]);
  expect(logTicks(1e-7, 2).map(logTickText)).toEqual(["1e-7", "1e-5", "0.001", "0.1"]);
  expect(logTicks(1e-30, 1e30).length).toBeLessThanOrEqual(5);
});

test("a number that rounds to 0 has no sign", () => {
  expect([-0.04, 0.04, -0.06, 12.34, -0].map((value) => fixed(value, 1))).toEqual([
    "0.0",
    "0.0",
    "-0.1",
    "12.3",
    "0.0",
  ]);
});
