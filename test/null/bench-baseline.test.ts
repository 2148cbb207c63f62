import { expect, test } from "vitest";
import { baselineTable, compareRuns, ratiosOf, readBaseline } from "../../bench/baseline.ts";
import { toJsonText } from "../../src/core/json.ts";
import type { KernelRow } from "../../bench/activations/result.ts";
import type { BenchResult } from "../../bench/result.ts";
import { ActigradError } from "../../src/index.ts";
import { sampleResult } from "./bench-sample.ts";

/** The sample with the forward kernels' share of the copy changed, and all times doubled. */
function changed(factor: (name: string) => number): BenchResult {
  const sample = sampleResult();
  const { activations } = sample.results;
  const rowOf = (row: KernelRow): KernelRow => {
    const { forward } = row;
    const { median, low, high } = forward!.ms;
    const ms = { median: 2 * median, low: 2 * low, high: 2 * high };
    return { ...row, forward: { ...forward!, ms, ofCopy: forward!.ofCopy * factor(row.name) } };
  };
  const sizes = activations.sizes.map((size) => ({ ...size, rows: size.rows.map(rowOf) }));
  return { ...sample, results: { ...sample.results, activations: { ...activations, sizes } } };
}

const failure = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof ActigradError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "nothing was thrown";
};

test("a run is not worse than itself, and slower milliseconds alone are no fall", () => {
  const { rows, missing } = compareRuns(
    sampleResult(),
    changed(() => 1),
  );
  expect(missing).toEqual([]);
  expect(rows.length).toBe(16); // two sizes, four activations, forward and both
  expect(rows.every(({ fell, change }) => !fell && change === 0)).toBe(true);
});

test("15 % less is allowed, more is not, and the rows say which", () => {
  const { rows } = compareRuns(
    sampleResult(),
    changed((name) => ({ relu: 0.84, gelu: 0.86, exp: 1.3 })[name] ?? 1),
  );
  const fallen = rows.filter(({ fell }) => fell);
  expect(fallen.map(({ name, to }) => `${name} of ${to}`)).toEqual([
    "relu forward 1,048,576 of copy",
    "relu forward 4,194,304 of copy",
  ]);
  expect(fallen[0]!.change).toBeCloseTo(-0.16, 10);
  const table = baselineTable({ rows, missing: [] }, sampleResult());
  expect(table.title).toBe("Against the baseline of 2026-03-04: 2 of 16 ratios fell by more than 15 %");
  expect(table.rows[0]!.map(({ text }) => text)).toEqual([
    "relu forward 1,048,576",
    "copy",
    "0.571",
    "0.480",
    "-16.0 %",
    "FELL",
  ]);
  expect(
    table.rows
      .at(-1)!
      .map(({ text }) => text)
      .slice(4),
  ).toEqual(["+30.0 %", "ok"]);
});

test("with the adapter's limits in the run, trainings are a part of its multiply-add", () => {
  const at = (gflops: number): BenchResult => {
    const of = { median: gflops, low: gflops, high: gflops };
    const limits = {
      rounds: 1,
      sampleMs: 1,
      multiplyAdd: { how: "fma", of },
      copies: [{ elements: 4, kernel: { how: "", of } }],
    };
    return { ...sampleResult(), results: { training: sampleResult().results.training, limits } };
  };
  const relu = ratiosOf(at(20)).find(({ name }) => name.includes("relu"));
  expect(relu!.name).toBe("train 784-128-64-10 relu on mnist, batch 128, 3 replicas");
  // 384 rows in 12 ms; 4 x 784 x 128 + 6 x (128 x 64 + 64 x 10) operations a row
  expect(relu!.value).toBeCloseTo((384 / 0.012) * 454_400 * 1e-9 * (1 / 20), 10);
  expect(compareRuns(at(20), at(30)).rows.every(({ fell }) => fell)).toBe(true);
  expect(compareRuns(at(20), at(20)).rows.some(({ fell }) => fell)).toBe(false);
});

test("a ratio that is no number has fallen", () => {
  const { rows } = compareRuns(
    sampleResult(),
    changed((name) => (name === "relu" ? NaN : 1)),
  );
  expect(rows.filter(({ fell }) => fell).length).toBe(2);
});

test("what was not measured now is named; nothing in common is an error", () => {
  const [before, now] = [sampleResult(), sampleResult()];
  const { activations } = now.results;
  const one = { ...now, results: { activations: { ...activations, sizes: activations.sizes.slice(0, 1) } } };
  const { rows, missing } = compareRuns(before, one);
  expect(rows.length).toBe(8);
  expect(missing).toContain("gelu forward 4,194,304, of copy");
  expect(baselineTable({ rows, missing }, before).notes[1]).toMatch(/^Not measured in this run: identity/);
  expect(failure(() => compareRuns(before, { ...now, results: {} }))).toMatch(
    "data: this run and the baseline have no measurement in common",
  );
});

test("another adapter is an error that names both", () => {
  const card = { vendor: "nvidia", architecture: "hopper", description: "H100", software: false };
  expect(failure(() => compareRuns(sampleResult(), { ...sampleResult(), adapter: card }))).toBe(
    "data: the baseline was measured on google swiftshader, this is nvidia hopper H100; compare runs on the same adapter",
  );
});

test("a file is read back whole, and what is none says what it is", () => {
  const sample = sampleResult();
  const back = readBaseline(toJsonText(sample, { digits: 7 }), "a.json");
  expect(back.results.activations!.sizes.length).toBe(2);
  // Files keep seven digits.
  for (const [i, { value }] of ratiosOf(back).entries())
    expect(value).toBeCloseTo(ratiosOf(sample)[i]!.value, 6);
  const hint = "write a new one on this adapter: npm run bench -- --json FILE";
  const message = (text: string): string => failure(() => readBaseline(text, "a.json"));
  expect(message("{")).toBe(`format: a.json is not JSON; ${hint}`);
  expect(message("null")).toBe(`format: a.json has no bench format, expected "actigrad-bench-2"; ${hint}`);
  expect(message(toJsonText({ ...sample, format: "actigrad-bench-0" as never }, { digits: 7 }))).toBe(
    `format: a.json has format "actigrad-bench-0", expected "actigrad-bench-2"; ${hint}`,
  );
  expect(message(JSON.stringify({ format: "actigrad-bench-2" }))).toMatch("lacks the adapter or the results");
  expect(message(JSON.stringify({ ...sample, results: { activations: { sizes: 3 } } }))).toMatch(
    "format: a.json is not a complete bench result",
  );
  expect(message(JSON.stringify({ ...sample, results: {} }))).toMatch("has nothing to compare");
});
