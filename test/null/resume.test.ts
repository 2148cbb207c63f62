import { expect, test } from "vitest";
import { fingerprint, readCheckpoint } from "../../src/app/jobs/resume.ts";
import { type TrainOptions, trainOptions } from "../../src/app/jobs/train-options.ts";
import { checkOptions } from "../../src/core/options.ts";
import { writeModelFile } from "../../src/data/formats/model-file.ts";
import { describeLayers } from "../../src/nn/layer-records.ts";
import { linear, loadDataset, sequential } from "../../src/index.ts";

const given: TrainOptions = checkOptions("train", trainOptions, { dataset: "moons:n=20" });
const read = (): Promise<never> => Promise.reject(new Error("no files"));
const data = await loadDataset("moons:n=20", { read });
const weights = new Map([
  ["0.weight", { shape: [2, 2], data: new Float32Array(4) }],
  ["0.bias", { shape: [2], data: new Float32Array(2) }],
]);
const fileOf = (options: unknown, extra?: unknown): Uint8Array =>
  writeModelFile({
    engine: "0",
    layers: describeLayers(sequential(linear(2, 2)).layers),
    outputs: "logits",
    weights: [weights],
    checkpoint: { tensors: new Map(), position: { step: 3 } },
    options,
    extra,
  });

test("a checkpoint goes on with more epochs, other measurements, and the same rows by another name", async () => {
  const file = fileOf(given, { rows: await fingerprint(data.train) });
  const now = { ...given, dataset: "moons:n=20,noise=0.08", epochs: 90, topK: 2, check: 4 };
  const checkpoint = await readCheckpoint(file, "a.safetensors", data, now);
  expect(checkpoint.position).toEqual({ step: 3 });
});

test("options that an earlier version did not have were at their defaults", async () => {
  const { precision: _precision, ...before } = given;
  const file = fileOf(before, { rows: await fingerprint(data.train) });
  await expect(readCheckpoint(file, "a.safetensors", data, given)).resolves.toMatchObject({
    position: { step: 3 },
  });
  await expect(readCheckpoint(file, "a.safetensors", data, { ...given, precision: "mixed" })).rejects.toThrow(
    "--precision was float32, here it is mixed",
  );
});

test("what decides the training and differs is named", async () => {
  const file = fileOf({ ...given, momentum: 0.9 }, { rows: await fingerprint(data.train) });
  const other = await loadDataset("moons:n=20", { read }, { seed: 1 });
  const now = { ...given, activation: ["gelu"], layers: [3, 4], lr: [0.1], accumulate: 2 };
  await expect(readCheckpoint(file, "a.safetensors", other, now)).rejects.toMatchObject({
    code: "option",
    details: {
      differs: [
        "the training rows differ from those it was trained on",
        "--layers was 128,64, here it is 3,4",
        "--activation was relu, here it is gelu",
        "--lr was 0.001, here it is 0.1",
        "--momentum was 0.9, here it is not given",
        "--accumulate was not given, here it is 2",
      ],
    },
  });
});

test("a file that does not say what it has seen goes by the name of the dataset", async () => {
  const now = { ...given, dataset: "moons:n=40" };
  await expect(readCheckpoint(fileOf(given), "a.safetensors", data, now)).rejects.toThrow(
    "--dataset was moons:n=20, here it is moons:n=40",
  );
  await expect(readCheckpoint(fileOf(undefined), "a.safetensors", data, given)).rejects.toThrow(
    "a.safetensors: the model has no states to train on from; resume from a file that",
  );
});
