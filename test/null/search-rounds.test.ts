import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Cell } from "../../bench/contest/result.ts";
import { toJson } from "../../src/core/json.ts";
import { streamOf, uniform } from "../../src/core/random.ts";
import { earlierOf, ownOptions, resultOf, unseenOptions } from "../../src/app/search/finish.ts";
import { answerOf, reportHtml } from "../../src/app/search/report.ts";
import { FORMAT } from "../../src/app/search/result.ts";
import { type SearchLimits, type SearchPlan, searchStrategy } from "../../src/app/search/strategy.ts";
import { openJournal } from "../../src/app/sweep/engine/journal.ts";
import type { Queue } from "../../src/app/sweep/engine/queue.ts";
import { runSweep } from "../../src/app/sweep/engine/run-sweep.ts";
import type { CellJob, JobResult } from "../../src/app/sweep/job.ts";
import { expectSchema } from "../support/schema.ts";

const plan: SearchPlan = { tasks: ["spirals", "deep"], level: "S", population: 8, seed: 5 };
const folder = await mkdtemp(join(tmpdir(), "search-"));
afterAll(() => rm(folder, { recursive: true }));

/** A cell whose loss follows from the activation and the task; of one that diverged it is NaN. */
function cellOf({ activation, task, seeds }: CellJob): Cell {
  const [drawn = 0] = uniform(0, streamOf(`${activation} ${task}`), 1);
  const u = activation === "relu" ? 0.5 : drawn;
  const diverged = u > 0.9;
  const each = <T>(value: T, count = seeds): T[] => Array.from({ length: count }, () => value);
  const loss = diverged ? NaN : 0.1 + u;
  return {
    activation,
    widths: [24, 24],
    parameters: 700,
    savedBytes: 1000,
    rates: [
      { rate: 0.01, validation: each(1 - u, 3), validationLoss: each(loss, 3), diverged: each(diverged, 3) },
    ],
    rate: 0.01,
    edge: null,
    scores: each(1 - u).map((score, i) => score - 0.01 * i),
    losses: each(loss),
    diverged: each(diverged),
    curve: each([1, loss]),
    inside: [],
  };
}

/** Computes jobs until it is cut off. */
function queueOf(most: number): Queue & { readonly done: string[] } {
  const done: string[] = [];
  return {
    done,
    async run(jobs, { onResult }) {
      for (const job of jobs as readonly CellJob[]) {
        if (done.length === most) return;
        done.push(job.id);
        const cell = cellOf(job);
        const point = { key: job.key, metrics: {}, diverged: cell.diverged.includes(true), cell };
        await onResult({ id: job.id, points: [point], seconds: 2, where: "here" } satisfies JobResult);
      }
    },
    async close() {},
  };
}

async function searched(name: string, limits: SearchLimits, cuts: readonly number[] = []) {
  const ids: string[] = [];
  for (const most of [...cuts, Infinity]) {
    const strategy = searchStrategy(plan, limits);
    const queue = queueOf(most);
    const journal = await openJournal(join(folder, name), { plan, ...limits });
    const { complete, rounds } = await runSweep(strategy, queue, journal, {
      signal: new AbortController().signal,
    });
    await journal.close();
    ids.push(...queue.done);
    expect(complete).toBe(most === Infinity);
    if (complete) {
      const reached = { plan, complete, rounds: rounds.length, seconds: 0 };
      return { ids, rounds, strategy, result: resultOf(strategy, reached) };
    }
  }
  throw new Error("unreachable");
}

test("a search that is killed three times ends as one that was not, and computes nothing twice", async () => {
  const limits = { rounds: 3, seconds: Infinity };
  const whole = await searched("whole", limits);
  const cut = await searched("cut", limits, [5, 21, 3]);
  expect(cut.result).toEqual(whole.result);
  expect(cut.ids).toEqual(whole.ids);
  expect(new Set(cut.ids).size).toBe(cut.ids.length);
});

test("a round is a generation trained briefly and the best of the one before as a whole; the last one closes", async () => {
  const { rounds, strategy, result } = await searched("rounds", { rounds: 3, seconds: Infinity });
  const kinds = rounds.map((round) =>
    ["brief", "whole"].map((rung) => round.filter(({ job }) => (job as CellJob).key.endsWith(rung)).length),
  );
  // Two tasks each; in the first round relu as a whole.
  expect(kinds).toEqual([
    [16, 2],
    [16, 4],
    [16, 4],
    [0, 4],
  ]);
  const brief = rounds[0]!.map(({ job }) => job as CellJob).find(({ key }) => key.endsWith("brief"))!;
  expect([brief.steps, brief.rates, brief.seeds]).toEqual([200, [0.003, 0.01, 0.03], 1]);
  expect(result.finalists[0]!.ratio).toBeLessThanOrEqual(1);
  expect(result.finalists.map(({ activation }) => activation)).toContain("relu");
  expect(result.progress).toEqual(result.progress.toSorted((a, b) => b - a));
  const { activation } = strategy.evolution.finalists[0]!;
  const own = ownOptions(plan, strategy);
  expect(own.activations).toEqual(expect.arrayContaining(["relu", "gelu", "swiglu", activation]));
  const kept = earlierOf(plan, strategy, own).tasks.map(({ cells }) => cells.map((cell) => cell.activation));
  expect(kept).toEqual(
    [1, 2].map(() => own.activations.filter((name) => strategy.wholeCells(name).size > 0)),
  );
  expect(unseenOptions(plan, strategy, ["regression"]).tasks).toEqual(["regression"]);
});

test("time says only after which whole round it ends", async () => {
  // A round of the first has 18 cells of 2 s.
  const short = await searched("short", { rounds: Infinity, seconds: 40 });
  expect(short.rounds.length).toBe(3);
  const counted = await searched("counted", { rounds: 2, seconds: Infinity });
  expect(short.result).toEqual(counted.result);
});

test("the report tells what was found, and escapes formulas", async () => {
  const { result } = await searched("report", { rounds: 1, seconds: Infinity });
  const file = { format: FORMAT, date: "2026-01-01T00:00:00Z", ...result } as const;
  expectSchema("search", JSON.parse(toJson(file)));
  expect(answerOf(file)[0]).toContain(file.finalists[0]!.activation);
  const page = reportHtml(file);
  expect(page).toContain("<svg");
  expect(page).not.toMatch(/NaN|undefined|<script/);
});
