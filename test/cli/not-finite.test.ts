/** Values that are not finite are shown as such, and never count as success. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fromJson } from "../../src/core/json.ts";
import { expectSchema } from "../support/schema.ts";
import { cli } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "actigrad-not-finite-"));
afterAll(() => rmSync(folder, { recursive: true }));

const actigrad = (line: string) => {
  const args = [cli, ...line.split(" ")];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
};

test("an infinite test loss is shown, written as such, and is no success", () => {
  const json = join(folder, "line.json");
  const { code, out } = actigrad(
    "train --dataset test/cases/line.csv:task=values,validation=0.2,scale=none --layers 8 --epochs 10 " +
      `--batch 8 --optimizer sgd --lr 1 --json ${json}`,
  );
  expect(code).toBe(1);
  expect(out).toContain("Infinity");
  expect(out).toContain("the test loss after epoch");
  expectSchema("train", JSON.parse(readFileSync(json, "utf8")));
  const { evaluations } = fromJson(readFileSync(json, "utf8")) as { evaluations: { loss: number[] }[] };
  expect(evaluations.some(({ loss: [loss] }) => loss === Infinity)).toBe(true);
});

test("a prediction too large for float32 is Infinity", () => {
  const model = join(folder, "small.safetensors");
  const json = join(folder, "predictions.json");
  const trained = actigrad(
    `train --dataset test/cases/small.csv:task=values --layers 4 --epochs 1 --batch 4 --save ${model}`,
  );
  expect(trained.code, trained.err).toBe(0);
  const { out, err } = actigrad(
    `predict --load ${model} test/cases/huge.csv:task=values --part train --json ${json}`,
  );
  expect(err).not.toContain("error");
  const { predictions, rmse } = fromJson(readFileSync(json, "utf8")) as {
    predictions: number[][];
    rmse: number;
  };
  expect(predictions.flat().every((v) => typeof v === "number")).toBe(true);
  expect(out).toContain(`rmse ${rmse.toFixed(6)}`);
});

test("0 against 0 agrees with float64", () => {
  const { code, out } = actigrad(
    "train --dataset test/cases/allzero.csv:task=values --layers 4 --epochs 1 --batch 4 --check 2",
  );
  expect(out).toContain("the first 2 losses agree with float64: largest relative difference 0.0e+0");
  expect(code).toBe(0);
});
