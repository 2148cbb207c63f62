import { expect, test } from "vitest";
import { toJsonText } from "../../src/core/json.ts";
import { decimal, duration } from "../../src/report/numbers.ts";
import { reportHtml, warnings } from "../../bench/report.ts";
import type { BenchResult } from "../../bench/result.ts";
import { entriesOf } from "../../bench/suites.ts";
import type { Table } from "../../src/report/table.ts";
import type { TrainingResult, TrainingRow } from "../../bench/training/result.ts";
import { sampleResult } from "./bench-sample.ts";

const tablesOf = ({ results }: BenchResult): Table[] =>
  entriesOf(results).flatMap(({ suite, value }) => suite.tables(value));

/** The sample with another training. */
const withTraining = (training: TrainingResult): BenchResult => {
  const result = sampleResult();
  return { ...result, results: { ...result.results, training } };
};

const textOf = ({ heading, rows }: Table): string[][] => [
  [...heading],
  ...rows.map((row) => row.map(({ text, tone }) => (tone === "best" ? `${text}*` : text))),
];

test("figures have three digits and no exponent", () => {
  const shown = [0, 0.01234, 0.9996, 1.234, 9.996, 12.34, 123.4, 12_345, -1.5].map(decimal);
  expect(shown).toEqual(["0", "0.0123", "1.00", "1.23", "10.0", "12.3", "123", "12,345", "-1.50"]);
  expect([duration(44.6), duration(185.4)]).toEqual(["45 s", "3 min 05 s"]);
});

test("the kernels' table", () => {
  const [first, costs] = tablesOf(sampleResult()).map(textOf);
  expect(first!.map((row) => row.join(" | "))).toMatchInlineSnapshot(`
    [
      "activation | forward ms | quartiles | GB/s | of copy | fwd+bwd ms | quartiles | GB/s | of copy",
      "identity | 4.00 | [3.80, 4.40] | 2.10 | 100 % | 11.0 | [10.5, 12.1] | 1.91 | 36 %",
      "relu | 7.00* | [6.65, 7.70] | 1.20 | 57 % | 18.0* | [17.1, 19.8] | 1.17 | 22 %",
      "gelu | 10.0 | [9.50, 11.0] | 0.839 | 40 % | 25.0 | [23.8, 27.5] | 0.839 | 16 %",
      "exp | 13.0 | [12.4, 14.3] | 0.645 | 31 % | 32.0 | [30.4, 35.2] | 0.655 | 13 %",
      "copy | 4.00 | [3.80, 4.40] | 2.10 | 100 % | – | – | – | –",
    ]
  `);
  expect(costs!.map((row) => row.join(" | "))).toMatchInlineSnapshot(`
    [
      "activation | transcendental | operations | forward / relu | quartiles | fwd+bwd / relu | quartiles | goal |  | compile fwd ms | compile bwd ms",
      "identity | none | 2 | 0.500 | [0.400, 0.600] | 0.250 | [0.200, 0.300] | 1.3 | met | 40 | 50",
      "relu | none | 11 | 1.50 | [1.40, 1.60] | 1.25 | [1.20, 1.30] | 3 | met | 41 | 51",
      "gelu | one | 20 | 2.50 | [2.40, 2.60] | 2.25 | [2.20, 2.30] | 3 | met | 42 | 52",
      "exp | one | 29 | 3.50 | [3.40, 3.60] | 3.25 | [3.20, 3.30] | 3 | MISSED | 43 | 53",
    ]
  `);
});

test("the training's table says who diverged", () => {
  expect(textOf(tablesOf(sampleResult()).at(-1)!).map((row) => row.join(" | "))).toMatchInlineSnapshot(`
    [
      "activation | train loss | [min, max] | test accuracy % | [min, max] | ms per step | quartiles | images/s | remark",
      "identity | 0.5946 | [0.5846, 0.6046] | 91.00* | [90.00, 92.00] | 12.0 | [12.0, 12.0] | 32,000 | ",
      "relu | 0.5221 | [0.5121, 0.5321] | 91.00* | [91.00, 92.00] | 12.0 | [12.0, 12.0] | 32,000 | ",
      "gelu | 0.4658* | [0.4558, 0.4758] | 92.00* | [91.00, 92.00] | 12.0 | [12.0, 12.0] | 32,000 | ",
      "exp | – | – | – | – | 12.0 | [12.0, 12.0] | 32,000 | diverged at step 32 (1 of 3 seeds)",
    ]
  `);
});

test("with one seed there is no interval, without classes the loss is judged", () => {
  const result = sampleResult();
  const training = result.results.training;
  const rows = training.rows.map((row): TrainingRow => {
    const { testAccuracy: _, ...rest } = row;
    return { ...rest, testAccuracies: [] };
  });
  const values = withTraining({ ...training, seeds: [0], rows });
  const { heading } = tablesOf(values).at(-1)!;
  expect(heading).toEqual([
    "activation",
    "train loss",
    "test loss",
    "ms per step",
    "quartiles",
    "images/s",
    "remark",
  ]);
  expectSound(values);
});

test("the JSON reads back, each row's numbers on one line, nothing that JSON cannot say", () => {
  const result = sampleResult();
  const text = toJsonText(result, { digits: 7 });
  const read = JSON.parse(text) as BenchResult;
  expect(read).toMatchObject({ format: "actigrad-bench-2", complete: true, options: result.options });
  expect(read.results.training!.rows[3]!.losses[1]!.slice(29, 33)).toEqual([
    expect.any(Number),
    expect.any(Number),
    null,
    null,
  ]);
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
  expect(text.split("\n").length).toBeLessThan(700);
});

test("the report is well formed, complete and self-contained", () => {
  const html = expectSound(sampleResult());
  for (const name of ["identity", "relu", "gelu", "exp"])
    expect(html.split(`>${name}<`).length).toBeGreaterThan(6);
  expect(html).toContain("google swiftshader");
  expect(html).toContain("Chrome 149.0.1.2 headless");
  expect(html).toContain("2026-03-04 15:16 UTC");
  expect(html).toContain("they say nothing about GPU speed");
  expect(html).toContain("diverged at step 32 (1 of 3 seeds)");
  expect(html).not.toContain("Incomplete");
});

test("what was stopped says so, at whatever point it was", () => {
  const result = { ...sampleResult(), complete: false };
  const { activations, training } = result.results;
  const none = { ...training, rows: [] };
  const half = training.rows.slice(0, 2).map((row, i) => {
    if (i === 0) return row;
    const { testAccuracy: _a, testLoss: _l, ...rest } = row;
    return {
      ...rest,
      steps: 7,
      losses: row.losses.map((l) => l.slice(0, 7)),
      testAccuracies: [],
      testLosses: [],
    };
  });
  const untimed = activations.sizes.map(({ elements, rows }) => ({
    elements,
    rows: rows.map(({ name, transcendentals, operations }) => ({ name, transcendentals, operations })),
  }));
  const halfTrained = { ...result, results: { activations, training: { ...training, rows: half } } };
  for (const results of [
    halfTrained.results,
    { activations, training: none },
    { activations: { ...activations, sizes: activations.sizes.slice(0, 1) } },
    { activations: { ...activations, sizes: untimed }, training: none },
    { activations: { ...activations, sizes: [] } },
    {},
  ]) {
    const stopped: BenchResult = { ...result, results };
    expect(warnings(stopped)[0]).toContain("Incomplete");
    expect(expectSound(stopped)).toContain("Incomplete");
    JSON.parse(toJsonText(stopped, { digits: 7 }));
  }
  expect(tablesOf(halfTrained).at(-1)!.rows[1]!.at(-1)!.text).toBe("stopped after 7 steps");
});

test("one step, one activation, equal accuracies: no scale collapses", () => {
  const { training } = sampleResult().results;
  const row = {
    ...training.rows[0]!,
    losses: [[0.5]],
    steps: 1,
    testAccuracy: { median: 1, low: 1, high: 1 },
  };
  expectSound(withTraining({ ...training, steps: 1, seeds: [0], rows: [row] }));
});

test("names from outside stay text", () => {
  const { training } = sampleResult().results;
  const dataset = `<script>alert("x")</script>&`;
  const html = expectSound(withTraining({ ...training, dataset }));
  expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;");
});

/** Tags that nest correctly, no outside address, no missing value. */
function expectSound(result: BenchResult): string {
  const html = reportHtml(result);
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).not.toMatch(/NaN|undefined|Infinity|\[object|\bnull\b/);
  expect(html).not.toMatch(/https?:|\/\/[a-z]|url\(|@import|<script|\ssrc=|<link/i);
  const open: string[] = [];
  for (const [, end, name, selfClosed] of html.matchAll(
    /<(\/?)([a-z][a-z0-9]*)\b(?:[^<>"]|"[^"]*")*?(\/?)>/gi,
  )) {
    if (selfClosed === "/") continue;
    if (end !== "/") open.push(name!);
    else expect(open.pop(), `</${name}>`).toBe(name);
  }
  expect(open).toEqual([]);
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of html.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(id);
  return html;
}
