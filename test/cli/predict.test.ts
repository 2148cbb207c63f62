import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromJson } from "../../src/core/json.ts";
import { cli } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "actigrad-predict-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function actigrad(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const all = [cli, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

const read = <T>(name: string): T => fromJson(readFileSync(at(name), "utf8")) as T;

interface Full {
  readonly predictions: readonly (number | number[])[];
  readonly probabilities?: readonly number[][];
  readonly accuracy?: number;
  readonly rmse?: number;
  readonly notes: readonly string[];
}

/** 60 flowers of three kinds that differ in their sizes. */
const kinds = ["setosa", "versicolor", "virginica, late"];
const flowers = Array.from({ length: 60 }, (_, i) => {
  const kind = i % 3;
  const wobble = (seed: number): number => Math.sin(7 * i + seed) / 3;
  const sizes = [5 + 0.8 * kind + wobble(1), 3 + wobble(2), 1.5 + 2 * kind + wobble(3)];
  return { sizes: sizes.map((size) => size.toFixed(3)), kind: kinds[kind]! };
});

beforeAll(() => {
  const lines = flowers.map(({ sizes, kind }) => `${sizes.join(",")},"${kind}"`);
  writeFileSync(at("flowers.csv"), ["length,width,petal,species", ...lines].join("\n"));
  // Columns in another order, an unknown one, and no label.
  const others = flowers.map(({ sizes: [a, b, c] }, i) => `${i},${c},${b},${a}`);
  writeFileSync(at("new.csv"), ["id,petal,width,length", ...others].join("\n"));
  const values = flowers.map(({ sizes: [a, b] }) => `${a},${b},${1e6 + 1000 * Number(a)}`);
  writeFileSync(at("values.csv"), ["a,b,price", ...values].join("\n"));
  writeFileSync(at("one.csv"), ["b,a", ...flowers.map(({ sizes: [a, b] }) => `${b},${a}`)].join("\n"));
});

const common = ["--layers", "8", "--batch", "16", "--lr", "0.02"];

test("classes: unlabelled rows are matched by name and get what train's evaluation said", () => {
  const usual = [...common, "--epochs", "15", "--ema", "0.9", "--json", at("train.json")];
  const trained = actigrad("train", "--dataset", at("flowers.csv"), ...usual, "--save", at("m.safetensors"));
  expect(trained.code, trained.err).toBe(0);
  const { evaluations } = read<{ evaluations: { accuracy: number[] }[] }>("train.json");

  const load = ["predict", "--load", at("m.safetensors")];
  const part = actigrad(...load, at("flowers.csv"), "--part", "test", "--json", at("part.json"));
  expect(part.code, part.err).toBe(0);
  expect(read<Full>("part.json").accuracy).toBe(evaluations.at(-1)!.accuracy[0]);

  const out = ["--probabilities", "--out", at("new.out.csv"), "--json", at("new.json")];
  const fresh = actigrad(...load, at("new.csv"), ...out);
  expect(fresh.code, fresh.err).toBe(0);
  expect(fresh.out).toContain("note: left out, because the model does not take them: id");
  expect(fresh.out).toContain("p(virginica, late)");
  const unlabelled = read<Full>("new.json");
  expect(unlabelled.accuracy).toBeUndefined();
  const right = flowers.filter(({ kind }, i) => kinds[unlabelled.predictions[i] as number] === kind).length;
  expect(right).toBeGreaterThan(40);
  const [heading, first] = readFileSync(at("new.out.csv"), "utf8").split("\n");
  expect(heading).toBe('row,species,p(setosa),p(versicolor),"p(virginica, late)"');
  const shares = unlabelled.probabilities![0]!;
  expect(first).toBe(`1,${kinds[unlabelled.predictions[0] as number]},${shares.join(",")}`);
  expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
});

test("values: predictions are in their own units, and the rmse is the one of train's evaluation", () => {
  const spec = `${at("values.csv")}:task=values,targets=standardise`;
  const usual = [...common, "--epochs", "30", "--json", at("train.json")];
  const trained = actigrad("train", "--dataset", spec, ...usual, "--checkpoint", at("v.safetensors"));
  expect(trained.code, trained.err).toBe(0);
  const { evaluations } = read<{ evaluations: { rmse: number[] }[] }>("train.json");
  const load = ["predict", "--load", at("v.safetensors")];
  expect(actigrad(...load, at("values.csv"), "--part", "test", "--json", at("part.json")).code).toBe(0);
  const [want, got] = [evaluations.at(-1)!.rmse[0]!, read<Full>("part.json").rmse!];
  expect(Math.abs(got / want - 1)).toBeLessThan(1e-4);
  const one = actigrad(...load, at("one.csv"), "--out", at("one.json"));
  expect(one.code, one.err).toBe(0);
  const records = read<{ row: number; price: number }[]>("one.json");
  expect(records.map(({ row }) => row)).toEqual(flowers.map((_, i) => i + 1));
  for (const { price } of records) expect(price).toBeGreaterThan(1e6);
});

test("what cannot be predicted is said before or instead", () => {
  const load = ["predict", "--load", at("m.safetensors")];
  writeFileSync(at("less.csv"), "length,width\n1,2\n");
  const missing = actigrad(...load, at("less.csv"));
  expect(missing).toMatchObject({
    code: 1,
    err: expect.stringContaining("the column petal that the model takes is missing"),
  });
  expect(actigrad(...load, at("new.csv"), "--out", at("x.txt"))).toMatchObject({
    code: 2,
    err: expect.stringContaining("expected an ending of .csv or .json"),
  });
});
