/** The contest's verdict on results whose truth is known. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { answerOf } from "../../bench/contest/answer.ts";
import { koAnswer } from "../../src/app/lab/i18n/answer-ko.ts";
import { type Verdict, judge, judgeTask, pairsOf } from "../../bench/contest/judge.ts";
import { contest as suite } from "../../bench/contest/suite.ts";
import { diffContests } from "../../bench/contest/diff.ts";
import { matchWidths } from "../../src/nn/match-parameters.ts";
import type { Cell, ContestResult, RateTrial, TaskResult } from "../../bench/contest/result.ts";
import { tablesOf } from "../../bench/contest/table.ts";
import { levels } from "../../bench/contest/task.ts";
import { type TaskName, taskNames, tasks } from "../../bench/contest/tasks/index.ts";
import { language, madeText } from "../../bench/contest/tasks/language.ts";
import { GRID, nextRates } from "../../bench/contest/rates.ts";
import { chanceOf, modelOf, plainParameters, widthsOf } from "../../bench/contest/ready.ts";
import { mean } from "../../src/core/statistics.ts";
import { normal } from "../../src/core/random.ts";
import { pairedTest } from "../../src/core/significance.ts";
import { type Dataset, summary } from "../../src/index.ts";

const cell = (activation: string, scores: readonly number[], more: Partial<Cell> = {}): Cell => ({
  activation,
  widths: [8],
  parameters: 100,
  savedBytes: 0,
  rates: [],
  rate: 0.01,
  edge: null,
  scores,
  losses: scores.map((score) => 1 - score),
  diverged: scores.map(() => false),
  curve: [],
  inside: [],
  ...more,
});
const task = (cells: readonly Cell[], more: Partial<TaskResult> = {}): TaskResult => ({
  task: "spirals",
  about: "",
  measure: "accuracy",
  rows: { train: 400, validation: 100, test: 500 },
  batch: 100,
  steps: 600,
  parameters: 100,
  chance: 0.5,
  cells,
  ...more,
});
const contest = (...results: readonly TaskResult[]): ContestResult => ({
  protocol: 1,
  level: "S",
  seeds: results[0]!.cells[0]!.scores.length,
  init: "fitting",
  activations: results[0]!.cells.map(({ activation }) => activation),
  tasks: results,
  asked: results.map((one) => one.task),
});
const nothing = { read: () => Promise.reject(new Error("this task reads no file")) };
const around = (middle: number, spread: number, stream: number, count = 10): number[] =>
  [...normal(7, stream, count)].map((z) => middle + spread * z);
const said = (result: ContestResult): { verdict: Verdict; first: string; all: string } => {
  const verdict = judge(result);
  const sentences = answerOf(result, verdict);
  return { verdict, first: sentences[0]!, all: sentences.join("\n") };
};

describe("planted results", () => {
  const relu = around(0.9, 0.01, 1);

  test("the same numbers are not told apart: the difference is exactly 0", () => {
    const { verdict, first } = said(contest(task([cell("relu", relu), cell("max(x, 0)", relu)])));
    expect(verdict.overall!.pairs).toMatchObject([
      { difference: { mean: 0, low: 0, high: 0 }, p: 1, adjusted: 1, signFlip: 1, apart: false },
    ]);
    expect(verdict.take).toEqual(["relu", "max(x, 0)"]);
    expect(first).toBe("Take relu or max(x, 0): not told apart in 10 seeds on 1 task.");
  });

  test("one that is clearly worse is told apart, with how much and what the best cost", () => {
    const stepMs = (median: number) => ({ stepMs: { median, low: median, high: median } });
    const { first, verdict } = said(
      contest(
        task([
          cell("gelu", relu, stepMs(1.2)),
          cell("relu", around(0.9, 0.01, 2), stepMs(1)),
          cell("tanh", around(0.869, 0.01, 3), stepMs(1)),
        ]),
      ),
    );
    expect(verdict.take).toEqual(["relu", "gelu"]);
    expect(first).toMatch(
      /^Take relu or gelu: not told apart in 10 seeds on 1 task; tanh is [23]\.\d points behind; gelu costs 20 % more per step\.$/,
    );
  });

  test("three diverging seeds are no noise", () => {
    const bad = cell("relu6", around(0.9, 0.01, 4), { diverged: relu.map((_, i) => i < 3) });
    const { verdict, first } = said(contest(task([cell("relu", relu), bad])));
    expect(verdict.take).toEqual(["relu"]);
    expect(verdict.tasks.get("spirals")!.ranked.at(-1)).toMatchObject({ activation: "relu6", place: null });
    expect(first).toContain("relu6 diverged on spirals");
  });

  test("accuracies at their ceiling are judged by the losses", () => {
    const full = relu.map(() => 1);
    const low = [...normal(7, 5, 10)].map((z) => 1e-4 * Math.exp(0.1 * z));
    const one = task([
      cell("relu", full, { losses: low }),
      cell("tanh", full, { losses: low.map((loss, i) => loss * (3 + 0.1 * (i % 2))) }),
    ]);
    const { verdict, first, all } = said(contest(one));
    expect(verdict.tasks.get("spirals")!.by).toBe("loss");
    expect(verdict.take).toEqual(["relu"]);
    expect(first).toContain("tanh has 3.05 times the loss");
    expect(all).toContain("at their ceiling");
  });

  test("what learned nothing is named, and not taken", () => {
    const nothing = cell("identity", around(0.5, 0.003, 6));
    const { verdict, all } = said(contest(task([nothing, cell("relu", relu)])));
    expect(all).toContain("identity learned nothing on spirals: no better than the most frequent class.");
    expect(verdict.take).toEqual(["relu"]);
    expect(said(contest(task([nothing, cell("square", around(0.5, 0.003, 8))]))).first).toMatch(
      /^Take none of these/,
    );
  });

  test("errors are better when low, over several tasks by ranks", () => {
    const error = (middle: number, stream: number): number[] => around(middle, 0.01, stream);
    const { verdict, first } = said(
      contest(
        task([cell("relu", relu), cell("tanh", around(0.8, 0.01, 11))]),
        task([cell("relu", error(0.3, 12)), cell("tanh", error(0.4, 13))], {
          task: "regression",
          measure: "rmse",
          chance: 1,
        }),
      ),
    );
    expect(verdict.overall!.ranked.map(({ activation, mean }) => [activation, mean])).toEqual([
      ["relu", 1],
      ["tanh", 2],
    ]);
    expect(verdict.overall!.descriptive).toBe(true);
    expect(first).toMatch(/^Take relu: told apart from the others in 10 seeds on 2 tasks; tanh /);
  });

  test("over tasks, who is beaten on one and beats nobody is not taken; who leads somewhere is", () => {
    const on = (name: TaskName, scores: readonly number[]): TaskResult =>
      task([cell("relu", around(scores[0]!, 0.01, 21)), cell("tanh", around(scores[1]!, 0.01, 22))], {
        task: name,
      });
    const behind = said(
      contest(on("spirals", [0.9, 0.9]), on("deep", [0.9, 0.8]), on("tabular", [0.9, 0.9])),
    );
    expect(behind.verdict.take).toEqual(["relu"]);
    expect(behind.verdict.overall!.ranked.map(({ place }) => place)).toEqual([1, 1]);
    expect(behind.first).toMatch(
      /^Take relu: not told apart from tanh overall in 10 seeds on 3 tasks; tanh is \d+\.\d points behind on deep\.$/,
    );
    const mixed = said(contest(on("spirals", [0.9, 0.8]), on("deep", [0.8, 0.9])));
    expect(mixed.first).toBe(
      "Take relu or tanh: of these, relu does better on spirals, tanh on deep, in 10 seeds on 2 tasks.",
    );
  });

  test("a network that predicts one class alone has learned nothing, to the last bit", () => {
    const chance = mean(Array.from({ length: 10 }, () => 0.5645));
    const { verdict } = said(
      contest({
        ...task([cell("relu", around(0.9, 0.01, 21)), cell("tanh", Array(10).fill(0.5645))]),
        chance,
      }),
    );
    expect(verdict.overall!.ranked.map(({ activation, learned }) => [activation, learned])).toEqual([
      ["relu", true],
      ["tanh", false],
    ]);
  });

  test("two seeds are refused", () => {
    const { first, verdict } = said(contest(task([cell("relu", [0.9, 0.91]), cell("tanh", [0.5, 0.51])])));
    expect(first).toBe("No ranking: 2 seeds tell nothing apart: at least 5 are needed.");
    expect(verdict.take).toEqual([]);
  });

  test("a task that was not finished is left out, and said", () => {
    const half = task([cell("relu", relu)], { task: "deep" });
    const { all, verdict } = said(contest(task([cell("relu", relu), cell("tanh", relu)]), half));
    expect([...verdict.tasks.keys()]).toEqual(["spirals"]);
    expect(all).toContain("Not finished: deep.");
  });
});

describe("rows that are split anew", () => {
  const splits = { splits: Array.from({ length: 10 }, (_, i) => i), overlap: 0.25 };
  const relu = around(0.9, 0.01, 31);
  const near = relu.map((score, i) => score - 0.004 - 0.01 * around(0, 1, 32)[i]!);

  test("are told apart less surely than independent ones: they share rows", () => {
    const [alone] = judgeTask(task([cell("relu", relu), cell("tanh", near)])).pairs;
    const [shared] = judgeTask(task([cell("relu", relu), cell("tanh", near)], splits)).pairs;
    const wide = ({ low, high }: { low: number; high: number }): number => high - low;
    // the corrected variance of the mean: s² (1 / 10 + 1 / 4) instead of s² / 10
    expect(wide(shared!.difference) / wide(alone!.difference)).toBeCloseTo(Math.sqrt(3.5), 9);
    expect(shared!.p).toBeGreaterThan(alone!.p);
  });

  test("count as often as they are split: seeds of one split are averaged", () => {
    const two = { splits: relu.map((_, i) => i % 2), overlap: 0.25 };
    const pair = pairsOf(judgeTask(task([cell("relu", relu), cell("tanh", near)], two)), "relu")[0];
    const of = (scores: readonly number[], k: number): number =>
      scores.filter((_, i) => i % 2 === k).reduce((a, b) => a + b, 0) / 5;
    const differences = [0, 1].map((k) => of(relu, k) - of(near, k));
    expect(pair!.difference.mean).toBeCloseTo((differences[0]! + differences[1]!) / 2, 12);
    expect(pair!.p).toBeCloseTo(pairedTest(differences, 0.25), 12);
    expect(said(contest(task([cell("relu", relu), cell("tanh", near)], two))).first).toBe(
      "No ranking: 2 splits tell nothing apart: at least 5 are needed.",
    );
  });

  test("a baseline is whom the others are shown against, and the places do not change", () => {
    const cells = [cell("relu", relu), cell("tanh", around(0.8, 0.01, 33))];
    const against = { ...contest(task(cells)), baseline: "tanh" };
    const verdict = judge(against);
    const [table] = tablesOf(against, verdict);
    expect(table!.heading).toContain("vs tanh");
    expect(table!.rows.map((row) => row[1]!.text)).toEqual(["relu", "tanh"]);
    expect(table!.rows[0]![5]!.text).toMatch(/^\+(9|10)\.\d \[\+\d/);
    expect(table!.rows[1]![5]!.text).toBe("");
  });
});

describe("the grid of rates", () => {
  /** Tries the requested rates until none is requested. @param score of a rate and a seed (0, 1 or 2) */
  const search = (score: (rate: number, seed: number) => number): (readonly number[])[] => {
    const asked: (readonly number[])[] = [];
    const trials: RateTrial[] = [];
    for (let next = GRID; next.length > 0; next = nextRates(trials, "high", 0.5)) {
      asked.push(next);
      for (const rate of next) {
        const validation = [0, 1, 2].map((seed) => score(rate, seed));
        const diverged = validation.map(Number.isNaN);
        trials.push({ rate, validation, validationLoss: validation.map((one) => 1 - one), diverged });
      }
    }
    return asked.slice(1);
  };
  /** Best at one rate, worse by this much per power of ten from it. */
  const peak =
    (at: number, fall = 0.1) =>
    (rate: number, seed: number) =>
      0.95 - fall * Math.abs(Math.log10(rate / at)) + 0.01 * seed;
  /** About what a constant prediction scores: the same for a rate and seed each time. */
  const noise = (rate: number, seed: number): number =>
    0.5 + 0.02 * (seed - 1) + 0.003 * Math.sin(1000 * Math.log10(rate));

  test("with its best inside is not grown", () => {
    for (const rate of [0.001, 0.003, 0.01]) expect(search(peak(rate))).toEqual([]);
  });

  test("grows where the best is, as long as it gets better there", () => {
    expect(search(peak(0.0001))).toEqual([[3e-5, 1e-4]]);
    expect(search(peak(1))).toEqual([
      [0.1, 0.3],
      [1, 3],
    ]);
    expect(search(peak(1e-9, 0.05))).toEqual([[3e-5, 1e-4], [3e-6, 1e-5], [1e-6]]);
  });

  test("on a plateau at an end grows at both, and finds the rate at which it learns", () => {
    const plateau = (rate: number, seed: number): number =>
      rate > 0.05 ? peak(0.3)(rate, seed) : 0.64 + (rate < 0.0005 ? 0.002 : 0) + 0.01 * seed;
    expect(search(plateau)[0]).toEqual([3e-5, 1e-4, 0.1, 0.3]);
    const below = (rate: number, seed: number): number =>
      rate < 0.00015 ? 0.9 : 0.64 + (rate > 0.02 ? 0.002 : 0) + 0.01 * seed;
    expect(search(below)[0]).toEqual([3e-5, 1e-4, 0.1, 0.3]);
  });

  test("where nothing has learned grows at both ends once, wherever the best lies by chance", () => {
    expect(search(noise)).toEqual([[3e-5, 1e-4, 0.1, 0.3]]);
    const late = (rate: number, seed: number): number =>
      rate > 0.2 ? peak(1)(rate, seed) : noise(rate, seed);
    expect(search(late)).toEqual([
      [3e-5, 1e-4, 0.1, 0.3],
      [1, 3],
    ]);
  });

  test("grows downwards where all but the lowest diverge", () => {
    const brittle = (rate: number, seed: number): number => (rate > 0.0005 ? NaN : peak(3e-5)(rate, seed));
    expect(search(brittle)).toEqual([
      [3e-5, 1e-4],
      [3e-6, 1e-5],
    ]);
  });
});

test("the answer in Korean has the same sentences, and no English but names", () => {
  const relu = around(0.9, 0.01, 1);
  const full = task([cell("relu", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]), cell("tanh", relu)], { task: "tabular" });
  const results = [
    contest(task([cell("relu", relu), cell("tanh", around(0.5, 0.003, 2), { edge: "low" })]), full),
    contest(task([cell("relu", relu), cell("tanh", relu, { diverged: relu.map((_, i) => i < 3) })])),
    contest(task([cell("relu", around(0.5, 0.003, 3)), cell("tanh", around(0.5, 0.003, 2))])),
    contest(task([cell("relu", [0.9]), cell("tanh", [0.8])])),
  ];
  for (const result of results) {
    const verdict = judge(result);
    const sentences = answerOf(result, verdict, koAnswer);
    expect(sentences).toHaveLength(answerOf(result, verdict).length);
    for (const sentence of sentences) {
      expect(sentence).toMatch(/[가-힣]/);
      expect(sentence.replaceAll(/relu|tanh/g, "")).not.toMatch(/[A-Za-z]{2}/);
    }
  }
});

describe("two results", () => {
  const relu = around(0.9, 0.01, 1);
  const before = contest(task([cell("relu", relu), cell("tanh", around(0.8, 0.01, 2))]));

  test("of the same bits differ in nothing", () => {
    expect(diffContests(before, before).map(({ adjusted }) => adjusted)).toEqual([1, 1]);
  });

  test("are told apart where seeds agree that they differ", () => {
    const now = contest(
      task([
        cell(
          "relu",
          relu.map((score, i) => score - 0.02 - i / 1e4),
        ),
        cell("gelu", relu),
      ]),
    );
    const found = diffContests(before, now);
    expect(found.map(({ now: own }) => own.activation)).toEqual(["relu"]);
    expect(found[0]!.adjusted).toBeLessThan(1e-6);
    expect(() => diffContests({ ...before, level: "M" }, now)).toThrow("bench diff: level differs, M and S");
    expect(() => diffContests({ ...before, tasks: [] }, now)).toThrow("no task and activation in common");
  });
});

describe("a text", () => {
  test("that is made is the same each time; none of its places is in two parts", async () => {
    expect(madeText(300)).toBe(madeText(20_000).slice(0, 300));
    expect(madeText(20_000)).toMatch(/the captains that see the \w+ \w+ the /);
    const { train, validation, test: last } = await tasks.language.load(nothing, "S");
    const tokens = [train, validation, last].map((rows) => rows?.x.length);
    expect(tokens).toEqual([16_000, 2000, 2000]);
    expect(train.shape).toEqual([24]);
  });

  test("of a file is cut to the level's length, and judged by bits a character", async () => {
    const read = async () => new TextEncoder().encode("ab".repeat(15_000));
    const task = language("two.txt");
    const rows = await task.load({ read }, "S");
    expect(rows.train.x.length).toBe(16_000);
    expect(
      chanceOf({ task, splits: [{ rows, seeds: [0] }], size: task.sizes.S, init: "fitting" }),
    ).toBeCloseTo(1, 6);
    await expect(task.load({ read: async () => Uint8Array.of(0xff) }, "S")).rejects.toThrow("UTF-8");
  });
});

describe("over many contests", () => {
  const said = (page: string): string => readFileSync(page, "utf8").replaceAll(/\s+/g, " ");
  const protocol = said("docs/contest.md");

  /** Scores of ten seeds: a common effect of each seed's batches and starting numbers, plus each one's own. */
  const simulate = (at: number, contestants: number, shift: number): TaskResult => {
    const own = normal(1, at, 10 * contestants);
    const cells = Array.from({ length: contestants }, (_, c) =>
      cell(
        `a${c}`,
        Array.from({ length: 10 }, (_v, s) => 0.5 + 0.01 * (own[c * 10 + s]! + (c === 0 ? shift : 0))),
      ),
    );
    return task(cells, { measure: "psnr", chance: 0 });
  };

  test("eight alike: some are told apart in at most 6 of 100", () => {
    let wrong = 0;
    for (let i = 0; i < 2000; i++)
      wrong += Number(judgeTask(simulate(i, 8, 0)).pairs.some(({ apart }) => apart));
    expect(wrong / 2000).toBeLessThanOrEqual(0.06);
    expect(wrong).toBeGreaterThan(0); // some are wrong, so the test can detect errors
    const share = ((100 * wrong) / 2000).toFixed(1);
    expect(/finds a difference in (\S+) % of simulated contests/.exec(said("README.md"))?.[1]).toBe(share);
    expect(/among eight equal activations, (\S+) % of 2,000 contests/.exec(protocol)?.[1]).toBe(share);
  }, 120_000);

  test("one better by a standard deviation of the differences: how many of its differences are found among two, four and eight", () => {
    const shares = [2, 4, 8].map((contestants) => {
      let found = 0;
      for (let i = 0; i < 500; i++)
        found += judgeTask(simulate(i, contestants, Math.SQRT2)).pairs.filter(
          ({ apart, a, b }) => apart && [a, b].includes("a0"),
        ).length;
      return Math.round((100 * found) / (500 * (contestants - 1)));
    });
    expect(shares[0]).toBeGreaterThan(50);
    const [, ...written] =
      /found in (\d+) % of contests between two activations, in (\d+) % among four and in (\d+) % among eight/.exec(
        protocol,
      ) ?? [];
    expect(written.map(Number)).toEqual(shares);
  });
});

test("what a task cannot train is refused before anything is trained", async () => {
  const host = { software: true, read: () => Promise.reject(new Error("no files")) };
  const asked = { seeds: 5, init: "fitting", level: "S", tasks: ["equation"] } as const;
  await expect(suite.prepare({ ...asked, activations: ["tanh", "swiglu"] }, host)).resolves.toBeDefined();
  await expect(suite.prepare({ ...asked, activations: ["tanh", "hardtanh"] }, host)).rejects.toThrow(
    'contest: hardtanh cannot be trained on equation: activation "hardtanh" has no second derivative',
  );
});

describe("equal parameters", () => {
  const rows = (name: keyof typeof tasks): { train: Dataset } => {
    const classes = ["spirals", "deep", "tabular", "digits", "cnn", "resnet"].includes(name);
    const pixels = ["digits", "cnn", "resnet", "autoencoder"].includes(name);
    const features =
      { spirals: 2, deep: 2, regression: 10, tabular: 9, image: 2, equation: 1 }[name as string] ?? 784;
    const shape = pixels ? [28, 28] : [features];
    const common = { name, rows: 1, shape, x: new Float32Array(features) };
    const outputs = name === "tabular" ? 3 : pixels ? 10 : 2;
    return {
      train: classes
        ? { ...common, kind: "classes", labels: new Uint32Array(1), classes: outputs }
        : { ...common, kind: "values", targets: new Float32Array(pixels ? 784 : 1), width: pixels ? 784 : 1 },
    };
  };

  test.each(taskNames)(
    "%s",
    async (name) => {
      for (const level of levels) {
        const size = tasks[name].sizes[level];
        const { train } = name === "language" ? await tasks.language.load(nothing, "S") : rows(name);
        const ready = {
          task: tasks[name],
          splits: [{ rows: { train, test: train }, seeds: [0] }],
          size,
          init: "fitting",
        } as const;
        const plain = plainParameters(ready);
        for (const activation of ["swiglu", "maxout:pieces=3", "prelu"]) {
          const widths = widthsOf(ready, activation);
          const { parameters } = summary(modelOf(ready, activation, widths), { batch: 2 });
          expect(
            Math.abs(parameters / plain - 1),
            `${level} ${activation} ${widths.join()}`,
          ).toBeLessThanOrEqual(0.01);
        }
      }
    },
    120_000,
  );

  test("widths that match are left as they are", () => {
    expect(matchWidths(([w]) => 10 * w!, [32], 320)).toEqual([32]);
    expect(matchWidths(([w]) => 20 * w!, [32], 320)).toEqual([16]);
  });
});
