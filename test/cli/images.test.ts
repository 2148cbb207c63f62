import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { expectSchema } from "../support/schema.ts";
import { cli } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "actigrad-images-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An IDX file of bytes, the format of MNIST and Fashion-MNIST. */
function writeIdx(name: string, shape: readonly number[], value: (index: number) => number): void {
  const count = shape.reduce((a, b) => a * b, 1);
  const sizes = shape.flatMap((n) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255]);
  const bytes = Uint8Array.from({ length: count }, (_, i) => value(i));
  writeFileSync(join(folder, name), Uint8Array.from([0, 0, 8, shape.length, ...sizes, ...bytes]));
}

/** Images of 12 x 12 pixels in 3 classes: a horizontal bar, a vertical bar, a cross; each in its own place. */
const classOf = (sample: number): number => (sample * 7) % 3;
function pixel(index: number): number {
  const [sample, row, column] = [Math.floor(index / 144), Math.floor(index / 12) % 12, index % 12];
  const [y, x, kind] = [2 + ((sample * 5) % 8), 2 + ((sample * 11) % 8), classOf(sample)];
  const lies = kind !== 1 && row === y && Math.abs(column - x) <= 2;
  const stands = kind !== 0 && column === x && Math.abs(row - y) <= 2;
  return lies || stands ? 200 + (sample % 56) : index % 17;
}

function run(...args: readonly string[]): unknown {
  const json = join(folder, "result.json");
  const all = [cli, ...args, "--json", json];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: "utf8" });
  expect(stderr).not.toContain("error");
  expect(status, stdout + stderr).toBe(0);
  const result = JSON.parse(readFileSync(json, "utf8")) as unknown;
  expectSchema(args[0]!, result);
  return result;
}

test("a folder of images trains the residual network; validate passes, and what is saved predicts as it was", () => {
  for (const [part, count] of [
    ["train", 360],
    ["t10k", 60],
  ] as const) {
    writeIdx(`${part}-images-idx3-ubyte`, [count, 12, 12], pixel);
    writeIdx(`${part}-labels-idx1-ubyte`, [count], classOf);
  }
  const file = join(folder, "model.safetensors");
  const usual =
    "train --model resnet --lr 0.01 --schedule cosine --batch 30 --epochs 3 --seed 1 --validate".split(" ");
  const trained = run(...usual, "--dataset", folder, "--save", file) as {
    evaluations: { accuracy: number[]; loss: number[] }[];
    validation: { tensors: number; firstBad: unknown };
  };
  expect(trained.validation.firstBad).toBeNull();
  expect(trained.validation.tensors).toBeGreaterThan(100);
  const last = trained.evaluations.at(-1)!;
  expect(last.accuracy[0]).toBeGreaterThan(0.9);
  interface Predicted {
    readonly accuracy?: number;
    readonly predictions: readonly number[];
  }
  const predicted = run("predict", "--load", file, folder) as Predicted;
  expect(predicted.accuracy).toBe(last.accuracy[0]);
  const unlabelled = run("predict", "--load", file, join(folder, "t10k-images-idx3-ubyte")) as Predicted;
  expect(unlabelled.predictions).toEqual(predicted.predictions);
  expect(unlabelled.accuracy).toBeUndefined();
});
