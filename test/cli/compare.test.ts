import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { irisLikeCsv } from "../support/datasets.ts";
import { expectSchema } from "../support/schema.ts";
import { cli } from "../support/cli.ts";

let folder: string;
let iris: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "actigrad-compare-"));
  iris = join(folder, "iris.csv");
  writeFileSync(iris, irisLikeCsv());
});
afterAll(() => rmSync(folder, { recursive: true }));

const command = (...args: readonly string[]): string[] => [cli, ...args];

interface Compared {
  contest: {
    seeds: number;
    tasks: {
      splits: number[];
      overlap: number;
      chance: number;
      cells: { activation: string; rates: { rate: number; validation: number[] }[]; scores: number[] }[];
    }[];
  };
}

test("a table of 150 rows is answered at the defaults: a table, JSON and a page; what learns nothing is said", () => {
  const [json, report] = [join(folder, "iris.json"), join(folder, "iris.html")];
  const args = [
    "compare",
    iris,
    "--formula",
    "0 * x",
    "--formula",
    "tanh",
    "--json",
    json,
    "--report",
    report,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, command(...args), { encoding: "utf8" });
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toMatch(
    /^Take tanh: told apart from the others in 10 seeds on 1 task; 0 \* x is \d+\.\d points behind\.$/m,
  );
  expect(stdout).toMatch(/1\* {2}tanh/);
  expect(stdout).toContain("0 * x learned nothing");
  expect(stdout).toContain(
    "note: a batch of 128 is more than the 96 training rows: each step takes them all",
  );
  expect(stderr).toContain("starting Chrome");
  expect(stderr).not.toContain("error");
  const result = JSON.parse(readFileSync(json, "utf8")) as Compared;
  expectSchema("compare", result);
  const { tasks, seeds } = result.contest;
  expect(seeds).toBe(10);
  const { splits, overlap, chance, cells } = tasks[0]!;
  expect({ splits, overlap }).toEqual({ splits: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], overlap: 30 / 96 });
  expect(chance).toBeCloseTo(1 / 3, 6);
  expect(cells.map(({ activation, scores }) => [activation, scores.length])).toEqual([
    ["0 * x", 10],
    ["tanh", 10],
  ]);
  for (const { rates } of cells) {
    expect(rates.map(({ rate }) => rate)).toEqual(expect.arrayContaining([0.0003, 0.001, 0.003, 0.01, 0.03]));
    for (const { validation } of rates) expect(validation).toHaveLength(3);
  }
  expect(readFileSync(report, "utf8")).toMatch(/<table>[^]*tanh/);
});

test("Ctrl-C keeps the activations that are done", async () => {
  const json = join(folder, "stopped.json");
  const args = "--dataset moons:n=64 --layers 4 --seeds 2 --lr 0.01 --activations relu,tanh --epochs 60000";
  const child = spawn(process.execPath, command("compare", ...args.split(" "), "--json", json));
  let [out, err, stopped] = ["", "", false];
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => {
    err += text.toString();
    if (!stopped && err.includes("relu (1 of 2)")) stopped = child.kill("SIGINT");
  });
  expect(await new Promise((resolve) => child.on("exit", resolve)), err).toBe(130);
  expect(out).toContain("stopped before a cell finished");
  expect(existsSync(json)).toBe(true);
  const result = JSON.parse(readFileSync(json, "utf8")) as Compared;
  expectSchema("compare", result);
  expect(result).toMatchObject({ complete: false, contest: { tasks: [{ cells: [] }] } });
});

test("several learning rates of train are replicas, of which the best on validation rows is told and saved first", () => {
  const json = join(folder, "rates.json");
  const args = `train ${iris} --layers 8 --epochs 60 --lr 1e-6,0.02 --replicas 2 --confusion --json ${json}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, command(...args.split(" ")), {
    encoding: "utf8",
  });
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/learning rate +validation accuracy +test accuracy\n[^]*0\.02\*/);
  expect(stdout).toContain("* best on the validation rows: the highest given");
  expect(stdout).toMatch(/label \\ prediction +setosa +versicolor +virginica\nsetosa +\d+/);
  expect(stdout).toContain("one epoch in 3");
  const result = JSON.parse(readFileSync(json, "utf8")) as unknown;
  expectSchema("train", result);
  const { losses, rates } = result as {
    losses: number[][];
    rates: { chosen: unknown; trials: { validation: number[] }[] };
  };
  expect(losses).toHaveLength(4);
  expect(rates.chosen).toEqual({ rate: 0.02, edge: "high" });
  expect(rates.trials.map(({ validation }) => validation.length)).toEqual([2, 2]);
});
