import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cli } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "actigrad-resume-"));
afterAll(() => rmSync(folder, { recursive: true }));

const common =
  "train --dataset moons:n=200 --layers 8 --batch 32 --loss cross_entropy:labelSmoothing=0.1 --seed 3 " +
  "--optimizer sgd:momentum=0.9,nesterov --lr 0.1 --schedule cosine:tMax=12 --warmup 2 --clip-norm 1 --accumulate 2 --ema 0.9";

interface Result {
  readonly losses: readonly (readonly number[])[];
  readonly start: number;
  readonly evaluations: readonly { readonly epoch: number; readonly loss: readonly number[] }[];
}

function train(name: string, ...args: readonly string[]): Result {
  const json = join(folder, `${name}.json`);
  const all = [cli, ...common.split(" "), ...args, "--json", json];
  const { status, stderr } = spawnSync(process.execPath, all, { encoding: "utf8" });
  expect(stderr).not.toContain("error");
  expect(status).toBe(0);
  return JSON.parse(readFileSync(json, "utf8")) as Result;
}

test("a resumed run ends with the losses and evaluations of one that never stopped", () => {
  const file = join(folder, "run.safetensors");
  const whole = train("whole", "--epochs", "4");
  train("first", "--epochs", "2", "--checkpoint", file, "--checkpoint-every", "5");
  const second = train("second", "--epochs", "4", "--resume", file);
  expect(second.start).toBe(12);
  expect(second.losses[0]).toEqual(whole.losses[0]!.slice(12));
  expect(second.evaluations).toEqual(whole.evaluations.slice(2));
});

test("another network, loss or rate is refused by name", () => {
  const file = join(folder, "run.safetensors"); // of the test above
  const given = `${common} --epochs 4 --resume ${file} --activation gelu --loss hinge --lr 0.5`.split(" ");
  const { status, stderr } = spawnSync(process.execPath, [cli, ...given], {
    encoding: "utf8",
  });
  expect(stderr).toContain(
    `${file} belongs to another training: --activation was relu, here it is gelu; --lr was 0.1, here it is 0.5; ` +
      "--loss was cross_entropy:labelSmoothing=0.1, here it is hinge; give the options that it was trained with",
  );
  expect(status).toBe(2);
});
