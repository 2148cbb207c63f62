import { afterAll, expect, test } from "vitest";
import { experiments } from "../../src/experiments/index.ts";
import { figureOf, judge } from "../../src/experiments/judge.ts";
import type { ExperimentResult } from "../../src/experiments/result.ts";
import { runExperiments } from "../../src/experiments/run.ts";
import { device } from "../../src/index.ts";
import { drawFigure } from "../../src/report/figure/index.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

// Those on images run in test/cli, where files are available.
const exact = experiments.filter(({ exact, images }) => exact === true && images !== true);

test.each(exact.map((experiment) => [experiment.name, experiment] as const))(
  "%s: the gates pass",
  async (_, experiment) => {
    const results: ExperimentResult[] = [];
    await runExperiments([experiment], {
      gpu,
      images: () => Promise.reject(new Error("no images here")),
      quick: true,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onRow: (row) => void results.push(row),
    });
    const judged = judge(experiment, results[0]!);
    const shown = judged.metrics.map(({ metric, spread, gate }) => ({ name: metric.name, spread, gate }));
    expect(
      shown.filter(({ gate }) => gate === "fail"),
      JSON.stringify(shown),
    ).toEqual([]);
    expect(judged.verdict.answer).not.toBe("undecided");
    expect(drawFigure(figureOf(experiment, results[0]!), "ko").text).not.toMatch(/NaN|undefined/);
  },
);
