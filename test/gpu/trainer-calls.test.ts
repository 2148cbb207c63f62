import { afterAll, describe, expect, test } from "vitest";
import {
  type ActigradError,
  type Checkpoint,
  Trainer,
  topK,
  confusion,
  type TrainerOptions,
  activations,
  adam,
  crossEntropy,
  device,
  inspect,
  linear,
  replicaOf,
  restoreCheckpoint,
  sequential,
  takeCheckpoint,
} from "../../src/index.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const { silu } = activations;
const [data, other] = [pointsInClasses(103, 6, 3), pointsInClasses(2503, 6, 3)];
/** Wrong labels, so that its results differ from those of `data`. */
const wrong = { ...data, labels: data.labels.map((label) => (label + 1) % 3) };

const create = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(6, 16), silu, linear(16, 3)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.02 }),
    batch: 20,
    seeds: [1],
    ...options,
  });

const bitsOf = async (trainer: Trainer): Promise<string> =>
  [...(await trainer.weights()).values()].map(({ data: v }) => [...new Uint32Array(v.slice().buffer)]).join();

describe("calls beside each other are each as if alone", () => {
  test("evaluations, also of one dataset with other figures", async () => {
    const trainer = await create({ seeds: [1, 2] });
    await trainer.fit(data, { epochs: 5 });
    const calls = [
      () => trainer.evaluate(data),
      () => trainer.evaluate(wrong),
      () => trainer.evaluate(other),
      () => trainer.evaluate(data, { metrics: { topK: topK(2), confusion: confusion() } }),
    ];
    const alone = [];
    for (const call of calls) alone.push(await call());
    for (let i = 0; i < 5; i++) expect(await Promise.all(calls.map((call) => call()))).toEqual(alone);
    trainer.dispose();
    const fresh = await create({ seeds: [1, 2] }); // nothing is recorded yet
    const together = await Promise.all([fresh.evaluate(data), fresh.evaluate(wrong)]);
    expect(together).toEqual([await fresh.evaluate(data), await fresh.evaluate(wrong)]);
    fresh.dispose();
  });

  test("predictions of as many rows", async () => {
    const trainer = await create();
    const parts = [0, 1, 2].map((i) => (other.x as Float32Array).slice(i * 60, (i + 1) * 60));
    const alone = [];
    for (const part of parts) alone.push(await trainer.predict(part));
    expect(await Promise.all(parts.map((part) => trainer.predict(part)))).toEqual(alone);
    trainer.dispose();
  });

  test("predictions of many sizes keep a bounded number of buffers, and give the same again", async () => {
    const trainer = await create();
    const alive = new Set<GPUBuffer>();
    const make = gpu.device.createBuffer.bind(gpu.device);
    gpu.device.createBuffer = (descriptor) => {
      const buffer = make(descriptor);
      const destroy = buffer.destroy.bind(buffer);
      buffer.destroy = () => (alive.delete(buffer), destroy());
      alive.add(buffer);
      return buffer;
    };
    const x = other.x as Float32Array;
    const first = await trainer.predict(x.slice(0, 6));
    for (let rows = 1; rows <= 250; rows++) await trainer.predict(x.slice(0, rows * 6));
    expect(await trainer.predict(x.slice(0, 6))).toEqual(first);
    expect(alive.size).toBeLessThan(200);
    gpu.device.createBuffer = make;
    trainer.dispose();
    await new Promise((resolve) => setTimeout(resolve)); // executors are awaited
    expect([...alive].map(({ label }) => label)).toEqual([]);
  });

  test("evaluations, predictions and copies of the weights during a training change none of its bits", async () => {
    const [quiet, busy] = [await create(), await create()];
    const { losses } = await quiet.fit(data, { steps: 60, stepsPerSubmit: 4 });
    const beside: Promise<unknown>[] = [];
    const result = await busy.fit(data, {
      steps: 60,
      stepsPerSubmit: 4,
      onProgress: () => {
        beside.push(busy.evaluate(other), busy.evaluate(data), busy.predict(other.x as Float32Array));
        beside.push(busy.weights(), takeCheckpoint(busy, data));
      },
    });
    await Promise.all(beside);
    expect(result.losses).toEqual(losses);
    expect(await bitsOf(busy)).toBe(await bitsOf(quiet));
    expect(await busy.evaluate(data)).toEqual(await quiet.evaluate(data));
    quiet.dispose();
    busy.dispose();
  });

  test("a checkpoint taken during a training is of one step", async () => {
    const trainer = await create();
    const checkpoints: Promise<Checkpoint>[] = [];
    await trainer.fit(data, {
      steps: 40,
      stepsPerSubmit: 1,
      onProgress: ({ step }) => step % 8 === 0 && void checkpoints.push(takeCheckpoint(trainer, data)),
    });
    const last = await bitsOf(trainer);
    for (const checkpoint of await Promise.all(checkpoints)) {
      await restoreCheckpoint(trainer, checkpoint, data);
      await trainer.fit(data, { steps: 40 - trainer.step });
      expect(await bitsOf(trainer)).toBe(last);
    }
    trainer.dispose();
  });

  test("trainings wait for each other, in order", async () => {
    const [one, both] = [await create(), await create()];
    const alone = [await one.fit(data, { steps: 30 }), await one.fit(other, { steps: 30 })];
    const together = await Promise.all([both.fit(data, { steps: 30 }), both.fit(other, { steps: 30 })]);
    expect(together.map(({ losses }) => losses)).toEqual(alone.map(({ losses }) => losses));
    expect(await bitsOf(both)).toBe(await bitsOf(one));
    one.dispose();
    both.dispose();
  });
});

describe("after dispose", () => {
  const codeOf = async (call: () => unknown): Promise<string> => {
    try {
      await call();
      return "no error";
    } catch (error) {
      return `${(error as ActigradError).code}: ${(error as ActigradError).message}`;
    }
  };

  test("every call of a trainer says so", async () => {
    const trainer = await create();
    const [weights, checkpoint] = [await trainer.weights(), await takeCheckpoint(trainer, data)];
    const { executor } = await trainer.recorded(data);
    const look = await inspect(trainer, data, { rows: 8 });
    await Promise.all([
      trainer.fit(data, { steps: 3 }),
      trainer.evaluate(data),
      trainer.predict(new Float32Array(6)),
    ]);
    trainer.dispose();
    trainer.dispose();
    const calls: Record<string, () => unknown> = {
      fit: () => trainer.fit(data, { steps: 3 }),
      "fit other data": () => trainer.fit(other, { steps: 3 }),
      evaluate: () => trainer.evaluate(data),
      predict: () => trainer.predict(new Float32Array(6)),
      weights: () => trainer.weights(),
      setWeights: () => trainer.setWeights(weights),
      reset: () => trainer.reset(),
      recorded: () => trainer.recorded(data),
      useTiles: () => trainer.useTiles(undefined),
      checkpoint: () => takeCheckpoint(trainer, data),
      restore: () => restoreCheckpoint(trainer, checkpoint, data),
      inspect: () => inspect(trainer, data, { rows: 8 }),
      "its inspection": () => look.run(),
      "its executor": () => executor.run([trainer.stepValues(data, 3)]),
    };
    for (const [name, call] of Object.entries(calls))
      expect(await codeOf(call), name).toMatch(
        /^disposed: this (trainer|executor) was disposed of; make a new one/,
      );
    look.dispose();
  });

  test("a training on its way ends with it", async () => {
    const trainer = await create();
    const fit = trainer.fit(data, { steps: 100_000, stepsPerSubmit: 1, onProgress: () => trainer.dispose() });
    expect(await codeOf(() => fit)).toMatch(/^disposed/);
  });

  test("an inspection says so, and the trainer goes on", async () => {
    const trainer = await create();
    const look = await inspect(trainer, data, { rows: 8 });
    look.run();
    await look.read("0");
    look.dispose();
    for (const call of [() => look.run(), () => look.read("0"), () => look.buffer("0")])
      expect(await codeOf(call)).toMatch(/^disposed: this executor/);
    expect((await trainer.fit(data, { steps: 2 })).steps).toBe(2);
    trainer.dispose();
  });

  test("using frees what it holds", async () => {
    let kept: Trainer;
    {
      using trainer = await create();
      using look = await inspect(trainer, data, { rows: 8 });
      look.run();
      kept = trainer;
    }
    expect(await codeOf(() => kept.weights())).toMatch(/^disposed/);
    let closed: Awaited<ReturnType<typeof device>>;
    {
      using own = await device();
      closed = own;
    }
    await expect(closed.idle()).rejects.toMatchObject({ code: "disposed" });
  });
});

test("what one replica gave, and the arrays as they were", async () => {
  const [lone, two] = [await create(), await create({ seeds: [1, 2] })];
  const [fitted, both] = [await lone.fit(data, { steps: 5 }), await two.fit(data, { steps: 5 })];
  expect(replicaOf(fitted).losses).toBe(fitted.losses[0]);
  expect(replicaOf(both, 1).losses).toBe(both.losses[1]);
  expect(() => replicaOf(both)).toThrow("the result has 2 replicas, and none was named; name one, 0 to 1");
  expect(() => replicaOf(both, 2)).toThrow("replica must be a whole number from 0 to 1, got 2");
  const evaluation = await two.evaluate(data, { metrics: { confusion: confusion() } });
  const own = replicaOf(evaluation, 1);
  expect(own).toEqual({
    loss: evaluation.loss[1],
    accuracy: evaluation.accuracy[1],
    confusion: evaluation.confusion[1],
    rows: 103,
  });
  const loss: number = own.loss;
  expect(loss).toBeGreaterThan(0);
  const x = (data.x as Float32Array).slice(0, 24);
  const predicted = await two.predict(x);
  expect(replicaOf(predicted, 0)).toEqual({ shape: [4, 3], data: predicted.data.slice(0, 12) });
  expect(replicaOf(predicted, 0).data).toEqual(replicaOf(await lone.predict(x)).data);
  lone.dispose();
  two.dispose();
});

test("options that there are none of are refused with the nearest name", async () => {
  const trainer = await create();
  const mistaken = { epoch: 2 } as object;
  await expect(trainer.fit(data, mistaken)).rejects.toThrow(
    'unknown option of fit "epoch"; did you mean "epochs"?',
  );
  const other = { metric: {} } as object;
  await expect(trainer.evaluate(data, other)).rejects.toThrow(
    'unknown option of evaluate "metric"; did you mean "metrics"?',
  );
  trainer.dispose();
});

test("what the device has no room for is refused before starting values are made, and others go on", async () => {
  let made = 0;
  const init = (): Float32Array => {
    made++;
    return new Float32Array(0);
  };
  const bystander = await create();
  const model = sequential(linear(6, 30_000, { init }), silu, linear(30_000, 30_000, { init }));
  await expect(create({ model })).rejects.toMatchObject({
    code: "limit",
    message: expect.stringMatching(/^2\.linear: a buffer of 3600\d+ bytes, the adapter allows \d+$/),
  });
  expect(made).toBe(0);
  expect((await bystander.fit(data, { steps: 3 })).steps).toBe(3);
  bystander.dispose();
});
