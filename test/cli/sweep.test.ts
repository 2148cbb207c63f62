/** `actigrad sweep` and `actigrad worker` as processes that are killed. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromJson } from "../../src/core/json.ts";
import type { SweepResult } from "../../src/app/sweep/result.ts";
import { cli } from "../support/cli.ts";
import { startRedis } from "../support/redis.ts";
import { expectSchema } from "../support/schema.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "actigrad-sweep-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const grid = "layers=4 activation=relu,tanh lr=0.01,0.1 seed=0..1";
const usual = ["--grid", grid, "--dataset", "spirals:n=64", "--steps", "40", "--pack", "2"];

const sweep = (out: string, ...more: readonly string[]): ChildProcess =>
  spawn(process.execPath, [cli, "sweep", ...usual, "--out", join(folder, out), ...more], { stdio: "ignore" });

const worker = (url: string): ChildProcess =>
  spawn(process.execPath, [cli, "worker", "--redis", url, "--heartbeat", "0.7"], { stdio: "ignore" });

const ended = async (child: ChildProcess): Promise<number | null> =>
  child.exitCode ?? ((await once(child, "exit")) as [number | null])[0];

/** The journal's contents: a line per job. */
function done(out: string): readonly string[] {
  const path = join(folder, out, "journal.jsonl");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.flatMap((line) => (JSON.parse(line) as { result?: { id: string } }).result?.id ?? []);
}

async function untilDone(out: string, count: number): Promise<void> {
  while (done(out).length < count) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Everything but times and places. */
function resultsOf(out: string): unknown {
  const result = fromJson(readFileSync(join(folder, out, "results.json"), "utf8")) as SweepResult;
  const { date: _, seconds: __, points, ...rest } = result;
  return { ...rest, points: points.map(({ where: ___, ...point }) => point) };
}

test("a sweep that is killed goes on to the same results; no job is done twice", async () => {
  expect(await ended(sweep("whole", "--workers", "2"))).toBe(0);
  const file = JSON.parse(readFileSync(join(folder, "whole/results.json"), "utf8")) as SweepResult;
  expectSchema("sweep", file);
  expect(file).toMatchObject({ complete: true, failed: [] });
  expect(new Set(file.points.map(({ key }) => key)).size).toBe(8);
  expect(readFileSync(join(folder, "whole/report.html"), "utf8")).toContain(file.best);
  for (const count of [1, 2]) {
    const child = sweep("killed");
    await untilDone("killed", count);
    child.kill("SIGKILL");
    await ended(child);
  }
  expect(await ended(sweep("killed"))).toBe(0);
  expect(resultsOf("killed")).toEqual(resultsOf("whole"));
  expect(done("killed").toSorted()).toEqual(done("whole").toSorted());
  expect(readFileSync(join(folder, "killed/report.html"), "utf8")).toMatch(
    /continuing after \d finished jobs/,
  );
});

test("workers of a server give the same bits, also where one is killed at work", async () => {
  const redis = await startRedis();
  const children: ChildProcess[] = [];
  try {
    const asking = sweep("many", "--redis", redis.url);
    const first = worker(redis.url);
    children.push(asking, first);
    await untilDone("many", 1);
    first.kill("SIGKILL");
    const second = worker(redis.url);
    children.push(second);
    expect(await ended(asking)).toBe(0);
    expect(resultsOf("many")).toEqual(resultsOf("whole"));
    second.kill("SIGINT");
    expect(await ended(second)).toBe(130);
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await redis.stop();
  }
});

test("Dawn agrees with Chrome", async () => {
  expect(await ended(sweep("dawn", "--target", "node"))).toBe(0);
  const [chrome, dawn] = ["whole", "dawn"].map((out) => (resultsOf(out) as SweepResult).points);
  for (const [i, { key, metrics }] of chrome!.entries()) {
    expect(dawn![i]!.key).toBe(key);
    const [a, b] = [metrics, dawn![i]!.metrics].map((one) => one["validationLoss"]!);
    expect(Math.abs(a! / b! - 1), key).toBeLessThan(1e-3);
  }
});

test("what cannot be is said before anything is started", () => {
  const told = (...args: readonly string[]): string => {
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: "utf8" });
    expect(status, stderr).toBe(2);
    return stderr;
  };
  const out = ["--out", join(folder, "none")];
  expect(told("sweep", ...out)).toContain("expected a file or --grid");
  expect(told("sweep", "--grid", "lr=0.1")).toContain("--out FOLDER is missing");
  expect(told("sweep", "--grid", "lr=0.1", ...out, "--dataset", "data.csv")).toContain(
    "a worker cannot read files",
  );
  expect(told("sweep", "--grid", "lr=0.1", ...out, "--dashboard")).toContain("add --redis URL");
  expect(told("sweep", ...usual, "--steps", "50", "--out", join(folder, "whole"))).toMatch(
    /its steps is 40, now 50/,
  );
  expect(existsSync(join(folder, "none/results.json"))).toBe(false);
  const help = execFileSync(process.execPath, [cli, "worker", "--help"], { encoding: "utf8" });
  expect(help).toContain("ACTIGRAD_REDIS_PASSWORD");
});
