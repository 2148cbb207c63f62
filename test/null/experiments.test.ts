import { expect, test } from "vitest";
import { drawFigure } from "../../src/report/figure/index.ts";
import type { Experiment, Gate, Setup } from "../../src/experiments/experiment.ts";
import { dragLabel, dragStops, dragValue, numberAt } from "../../src/experiments/drag.ts";
import type { Figure } from "../../src/report/figure/figure.ts";
import { experiments, findExperiment } from "../../src/experiments/index.ts";
import { judge } from "../../src/experiments/judge.ts";
import { reportHtml } from "../../src/experiments/report.ts";
import { FORMAT, type ExperimentResult } from "../../src/experiments/result.ts";
import { isCurrent } from "../../src/experiments/run.ts";
import { seedsOf, setupOf } from "../../src/experiments/setup.ts";
import { metricCells, show } from "../../src/experiments/show.ts";
import { smallMnist } from "../../src/experiments/small-mnist.ts";

const text = { en: "a", ko: "가" };

const sample = (gate: Gate, exact = false): Experiment => ({
  row: 1,
  name: "sample",
  chapter: "linear",
  exact,
  title: text,
  statement: text,
  method: text,
  setup: { n: 1 },
  drag: { field: "n", from: 1, to: 9 },
  seconds: [1, 1],
  metrics: [{ name: "m", label: text, reference: [0.5, 0.4, 0.6], gate }],
  run: () => Promise.resolve({ values: {}, data: null }),
  figure: () => ({ caption: text, panels: [] }),
  verdict: (read) => ({ answer: read("m").median > 0.5 ? "holds" : "fails", text }),
});

test("names and rows are told apart, and every text stands in both languages", () => {
  const names = experiments.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const korean = (t: { en: string; ko: string }): void => {
    expect(t.en).not.toBe("");
    expect(t.ko).not.toBe("");
  };
  for (const { title, statement, method, metrics, notes = [] } of experiments) {
    for (const t of [title, statement, method, ...notes]) korean(t);
    expect(/[가-힣]/.test(statement.ko), statement.ko).toBe(true);
    expect(new Set(metrics.map((m) => m.name)).size).toBe(metrics.length);
  }
  expect(() => findExperiment("liner-stack")).toThrow(/linear-stack/);
});

test("a gate judges the median or every seed; a value that is not finite passes none", () => {
  const gateOf = (
    gate: Gate,
    values: readonly (number | null)[],
    more: Partial<ExperimentResult> = {},
  ): string => judge(sample(gate), { values: { m: values }, quick: false, ...more }).metrics[0]!.gate;
  expect(gateOf({ from: 0.5 }, [0.4, 0.5, 0.9])).toBe("pass");
  expect(gateOf({ from: 0.5, each: true }, [0.4, 0.5, 0.9])).toBe("fail");
  expect(gateOf({ to: 0.5 }, [0.4, 0.6, 0.9])).toBe("fail");
  expect(gateOf({ to: 9 }, [0.4, null, 0.9])).toBe("fail");
  expect(gateOf({ to: 9 }, [])).toBe("fail");
  expect(gateOf({ from: 9 }, [1], { quick: true })).toBe("undecided");
  expect(gateOf({ from: 9, fashion: true }, [1], { images: "mnist" })).toBe("none");
  expect(gateOf({ from: 9, fashion: true }, [1], { images: "fashion-mnist" })).toBe("fail");
});

const deciding: Experiment["verdict"] = (read) => ({ answer: read.passes("m") ? "holds" : "fails", text });

test("a quick run of a trained experiment may stay undecided, an exact one is run in full", () => {
  const judged = (quick: boolean): object => judge(sample({ from: 0.5 }), { values: { m: [0.1] }, quick });
  expect(judged(true)).toMatchObject({ passed: true, verdict: { answer: "undecided" } });
  expect(judged(false)).toMatchObject({ passed: false, verdict: { answer: "fails" } });
  // A gate for Fashion-MNIST does not fail on MNIST, but a verdict that reads it is not for a quick run to give.
  const fashion = { ...sample({ from: 0.5, fashion: true }), verdict: deciding };
  const onMnist = (m: number, quick: boolean): string =>
    judge(fashion, { values: { m: [m] }, quick, images: "mnist" }).verdict.answer;
  expect([onMnist(0.1, true), onMnist(0.9, true)]).toEqual(["undecided", "holds"]);
  expect(onMnist(0.1, false)).toBe("fails");
  expect(seedsOf(sample({}), { quick: true })).toEqual([0, 1]);
  expect(seedsOf(sample({}, true), { quick: true })).toEqual([0, 1, 2]);
  expect(seedsOf(sample({}), { quick: true, seeds: 4 })).toEqual([0, 1, 2, 3]);
});

test("a median is near the reference within its range, widened by its own half", () => {
  const near = (value: number, images?: ExperimentResult["images"]): boolean | undefined =>
    judge(sample({}), { values: { m: [value] }, quick: false, ...(images && { images }) }).metrics[0]!.near;
  expect([0.29, 0.31, 0.69, 0.71].map((v) => near(v))).toEqual([false, true, true, false]);
  expect(near(0.5, "mnist")).toBeUndefined();
});

test("figures are written as their metric asks", () => {
  expect(show(0, "exponent")).toBe("0");
  expect([show(0.2314), show(2.4e-6), show(0.5, "percent"), show(270, "count"), show(NaN)]).toEqual([
    "0.231",
    "2.4e-6",
    "50.0 %",
    "270",
    "not finite",
  ]);
  const cells = (gate: Gate, values: readonly (number | null)[], language: "en" | "ko" = "en"): string[] =>
    metricCells(judge(sample(gate), { values: { m: values }, quick: false }).metrics[0]!, language);
  expect(cells({ from: 0.21, to: 0.25 }, [0.2, 0.22, 0.3])).toEqual([
    "a",
    "0.220 [0.200, 0.300]",
    "0.500 [0.400, 0.600] (outside)",
    "0.210 to 0.250",
    "pass",
  ]);
  expect(cells({ to: 0.5, each: true }, [1, null], "ko").slice(1)).toEqual([
    "유한하지 않음",
    "0.500 [0.400, 0.600] (범위 밖)",
    "0.500 이하, 모든 시드",
    "실패",
  ]);
});

const figure: Figure = {
  caption: text,
  panels: [
    {
      kind: "lines",
      x: { label: text, log: true },
      y: { label: text, log: true },
      levels: [{ at: 1e-5, name: "gate" }],
      series: [
        {
          name: "a<b",
          points: [
            [1, 1e-7, 1e-8, 1e-6],
            [10, null],
            [100, 1e-6, 1e-7, 1e-5],
          ],
        },
        { name: text, points: [[1, 1]], broken: true },
      ],
    },
    {
      kind: "bars",
      value: { label: text, percent: true },
      bars: [
        { name: "relu", value: 0.5, low: 0.4, high: 0.6, reference: 0.55 },
        { name: "x", value: null },
      ],
    },
    {
      kind: "points",
      x: { label: text },
      y: { label: text },
      groups: [
        {
          name: "0",
          points: [
            [0, 1],
            [2, 3],
          ],
        },
      ],
    },
    {
      kind: "heat",
      x: { label: text, names: ["1", "2"] },
      y: { label: text, names: ["a"] },
      values: [[0.25, null]],
      from: 0,
      to: 1,
      percent: true,
    },
  ],
};

test("every kind of panel is drawn, with numbers and escaped names", () => {
  const { text: drawn } = drawFigure(figure, "ko");
  expect(drawn.match(/<svg/g)).toHaveLength(4);
  expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
  expect(drawn).toContain("a&lt;b");
  for (const tick of ["10⁻⁸", "10⁻⁶", "100"]) expect(drawn).toMatch(new RegExp(`>\\s*${tick}<`));
  expect(drawn).toMatch(/>\s*25<\//);
});

test("the report says what came out, and what is missing; a result of another set-up is run again", () => {
  const first = experiments[0]!;
  const row: ExperimentResult = {
    name: first.name,
    row: first.row,
    date: "2026-03-04T15:16:17Z",
    adapter: { vendor: "google", architecture: "swiftshader", description: "", software: true },
    quick: false,
    seeds: [0, 1],
    setup: { width: 64, lr: { relu: 0.1 } },
    values: Object.fromEntries(first.metrics.map(({ name }) => [name, [1, null]])),
    data: [{ depth: 3, values: [1e-7, 2e-7] }],
    rates: {},
    seconds: 3,
    verdict: { answer: "holds", text },
    passed: true,
  };
  const file = { format: FORMAT, host: "Chrome", complete: false, rows: [row] } as const;
  const html = reportHtml(file, experiments);
  expect(html).toContain(first.statement.en);
  expect(html).toContain("Incomplete");
  expect(html).toContain("not finite");
  expect(html).toContain("lr relu 0.1");
  expect(html).not.toMatch(/undefined|NaN|<script/);

  const korean = reportHtml(file, experiments, "ko");
  for (const part of ['lang="ko"', first.statement.ko, first.title.ko, "미완성", "유한하지 않음"])
    expect(korean).toContain(part);
  expect(korean).not.toContain(first.statement.en);

  const own = { ...row, seeds: seedsOf(first, { quick: false }), setup: first.setup };
  const current = (more: object, quick = false, seeds?: number): boolean =>
    isCurrent({ ...own, ...more }, first, { quick, seeds });
  expect([current({}), current({}, false, 2), current({ setup: {} })]).toEqual([true, false, false]);
  // An exact one is the same in a quick run, another is not.
  const trained = experiments.find(({ exact = false }) => !exact)!;
  const full = {
    ...row,
    name: trained.name,
    seeds: seedsOf(trained, { quick: false }),
    setup: trained.setup,
  };
  expect([current({}, true), isCurrent(full, trained, { quick: false })]).toEqual([true, true]);
  expect(isCurrent(full, trained, { quick: true })).toBe(false);
});

test("a set-up names no more images than there are", () => {
  const setup = { rows: 10_000, tests: 10_000, judged: 500, steps: 9 };
  const own = { name: "own", setup, drag: { field: "steps", from: 1, to: 9 } };
  expect(setupOf({ ...own, quick: { rows: 8000 } }, { quick: true, images: smallMnist })).toEqual({
    ...setup,
    rows: 4000,
    tests: 1000,
  });
  expect(setupOf(own, { quick: false })).toEqual(setup);
});

test("each statement has one number to drag: it is in the set-ups, has a name, and a slider goes through it", () => {
  for (const { name, setup, quick, drag } of experiments) {
    for (const own of [setup, { ...setup, ...quick } as Setup]) {
      const usual = numberAt(own, drag.field)!;
      const stops = dragStops(drag, usual);
      expect([stops[0], stops.at(-1), stops.includes(usual)], name).toEqual([drag.from, drag.to, true]);
      expect(stops.length, name).toBeGreaterThan(3);
      // Each is one that a run accepts.
      const all = { name, setup: own, drag };
      for (const value of stops)
        expect(numberAt(setupOf(all, { quick: false, set: { [drag.field]: value } }), drag.field)).toBe(
          value,
        );
    }
    expect(dragLabel(drag).ko).toMatch(/[가-힣]/);
    expect(dragValue(drag, drag.from)).toMatch(/\d/);
  }
});

test("a change that a set-up does not have or allow is refused", () => {
  const { name, setup, drag } = findExperiment("vanishing-gradient");
  const set = (change: Readonly<Record<string, number>>) => () =>
    setupOf({ name, setup, drag }, { quick: false, set: change });
  expect(set({ depth: 5 })()).toEqual({ ...setup, depth: 5 });
  const refused = { code: "option" };
  expect(set({ deep: 5 })).toThrow(expect.objectContaining(refused));
  expect(set({ deep: 5 })).toThrow(/no number "deep".*depth from 2 to 40, whole/);
  expect(set({ width: 5 })).toThrow(/width cannot be changed.*depth from 2 to 40/);
  for (const value of [1, 41, 2.5, NaN]) expect(set({ depth: value })).toThrow(/expected depth from 2 to 40/);
  const cheap = findExperiment("relu-cheap");
  expect(() => setupOf(cheap, { quick: false, set: { elements: 5000 } })).toThrow(/a multiple of 256/);
});

test("a result of one's own set-up says what was changed, and is held against nothing", () => {
  const own = {
    ...sample({ from: 0.5 }),
    setup: { steps: 2000 },
    drag: { field: "steps", from: 1, to: 2000 },
  };
  const judged = judge(own, { values: { m: [0.1] }, quick: false, set: { steps: 3 } });
  expect(judged).toMatchObject({ passed: true, verdict: { answer: "undecided" } });
  expect(judged.verdict.text.en).toContain("training steps: 3 instead of 2,000");
  expect(judged.metrics.map((metric) => metricCells(metric, "en"))).toEqual([["a", "0.100", "", "", ""]]);
});
