import { afterAll, describe, expect, test } from "vitest";
import {
  type ActigradError,
  Trainer,
  type TrainerOptions,
  device,
  inspect,
  linear,
  mse,
  sequential,
  sgd,
  silu,
} from "../../src/index.ts";
import type { ValueDataset } from "../../src/data/dataset.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const rowsOf = (rows: number): ValueDataset => ({
  kind: "values",
  name: "rows",
  rows,
  shape: [1],
  x: Float32Array.from({ length: rows }, (_, i) => i / rows),
  targets: new Float32Array(rows),
  width: 1,
});

const create = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(1, 4), silu, linear(4, 1)),
    loss: mse,
    optimizer: sgd({ lr: 0.1 }),
    batch: 10,
    ...options,
  });

const noMemory = {
  code: "limit",
  message: expect.stringMatching(
    /^the GPU is out of memory: .*0: matmul.activation, activation f32\[1,1000,4\]/s,
  ),
  hint: expect.stringContaining("a smaller batch"),
};

/**
 * Runs something while a tensor with 1,000 hidden rows does not fit the device.
 * @returns labels of the buffers created meanwhile that still exist
 */
async function withoutRoom(act: () => Promise<unknown>): Promise<string[]> {
  const { device: own } = gpu;
  const left = new Set<GPUBuffer>();
  const make = own.createBuffer.bind(own);
  own.createBuffer = (descriptor) => {
    const { label = "" } = descriptor;
    // The software adapter has no 1 GiB in one piece.
    const buffer = make(
      /activation f32\[1,1000,4\]/.test(label) ? { ...descriptor, size: 2 ** 30 } : descriptor,
    );
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => (left.delete(buffer), destroy());
    left.add(buffer);
    return buffer;
  };
  try {
    await act();
  } finally {
    own.createBuffer = make;
  }
  return [...left].map(({ label }) => label);
}

describe("what a device refuses", () => {
  test("fails the call that asked for it, and nothing else", async () => {
    const [bystander, trainer] = [await create(), await create()];
    const large = await create({ batch: 1000 });
    const fit = bystander.fit(rowsOf(20), { steps: 40, stepsPerSubmit: 2 });
    const few = await trainer.predict(new Float32Array(10));
    const left = await withoutRoom(async () => {
      await expect(trainer.predict(new Float32Array(1000))).rejects.toMatchObject(noMemory);
      await expect(trainer.evaluate(rowsOf(1000))).rejects.toMatchObject(noMemory);
      const both = [trainer.predict(new Float32Array(1000)), trainer.predict(new Float32Array(10))] as const;
      await expect(both[0]).rejects.toMatchObject(noMemory);
      expect(await both[1]).toEqual(few);
      expect((await trainer.fit(rowsOf(20), { steps: 2 })).steps).toBe(2);
      await expect(large.fit(rowsOf(1000), { steps: 1 })).rejects.toMatchObject(noMemory);
      await expect(inspect(large, rowsOf(1000))).rejects.toMatchObject({ code: "limit" });
      expect((await large.weights()).size).toBe(4);
    });
    expect(left.filter((label) => /predict 1000|inspect|train data0.x 0: matmul.act/.test(label))).toEqual(
      [],
    );
    expect((await fit).steps).toBe(40);
    // With room again the same calls succeed.
    expect((await trainer.predict(new Float32Array(1000))).shape).toEqual([1, 1000, 1]);
    expect((await large.fit(rowsOf(1000), { steps: 1 })).steps).toBe(1);
    for (const each of [bystander, trainer, large]) each.dispose();
  });

  test("names layer and tensor", async () => {
    const trainer = await create();
    trainer.storage.buffer("mine", { shape: [1, 1, 4], dtype: "f32" }, "data");
    const labels: string[] = [];
    const make = gpu.device.createBuffer.bind(gpu.device);
    gpu.device.createBuffer = (descriptor) => (labels.push(descriptor.label ?? ""), make(descriptor));
    await trainer.fit(rowsOf(20), { steps: 1 });
    gpu.device.createBuffer = make;
    expect(labels).toContain("train data0.x 0: gather+matmul+activation, activation f32[1,10,4]");
    for (const label of labels) expect(label).toMatch(/^data0|^train data0.x |^losses$|^readback of /);
    trainer.dispose();
  });
});

test("a trainer that is disposed of while it evaluates leaves others alone", async () => {
  const codeOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "done",
      (error: ActigradError) => error.code,
    );
  const bystander = await create();
  for (const after of [0, 1, 5, 20, 60]) {
    const trainer = await create();
    const calls = [
      trainer.evaluate(rowsOf(1007)),
      trainer.predict(new Float32Array(7)),
      trainer.fit(rowsOf(20)),
    ];
    const ends = Promise.all(calls.map(codeOf));
    await new Promise((resolve) => setTimeout(resolve, after));
    trainer.dispose();
    for (const end of await ends) expect(["done", "disposed"]).toContain(end);
    expect((await bystander.fit(rowsOf(20), { steps: 2 })).steps).toBe(2);
  }
  bystander.dispose();
});

test("more replicas than a device can start are refused, and others go on", async () => {
  const bystander = await create();
  const seeds = Array.from({ length: 70_000 }, (_, i) => i);
  const many = async (): Promise<void> => {
    using trainer = await create({ seeds });
    await trainer.fit(rowsOf(20), { steps: 1 });
  };
  await expect(many()).rejects.toMatchObject({ code: "limit" });
  expect((await bystander.fit(rowsOf(20), { steps: 2 })).steps).toBe(2);
  bystander.dispose();
});
