import { afterAll, describe, expect, test } from "vitest";
import {
  ActigradError,
  type Optimizer,
  Trainer,
  type TrainerOptions,
  activations,
  adam,
  adamW,
  crossEntropy,
  device,
  linear,
  mse,
  sequential,
  sgd,
} from "../../src/index.ts";
import { interpretTraining } from "../../src/check/validate/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { allow } from "../../src/testing/index.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const data = pointsInClasses(103, 6, 3);
const { relu, silu, tanh } = activations;

const create = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(6, 16), silu, linear(16, 3)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.02 }),
    batch: 20,
    seeds: [1],
    ...options,
  });

/** All weights as bits. */
async function bitsOf(trainer: Trainer): Promise<string> {
  const values = [...(await trainer.weights()).values()].flatMap(({ data: v }) => [
    ...new Uint32Array(v.slice().buffer),
  ]);
  return values.join();
}

const optimizers: Record<string, Optimizer> = {
  sgd: sgd({ lr: 0.1 }),
  "sgd with momentum and weight decay": sgd({ lr: 0.05, momentum: 0.9, weightDecay: 0.01 }),
  adam: adam({ lr: 0.01, weightDecay: 0.01 }),
  adamW: adamW({ lr: 0.01 }),
};

test.each(Object.entries(optimizers))(
  "%s: 60 losses agree with float64, across epochs",
  async (_, optimizer) => {
    const trainer = await create({ optimizer, seeds: [3, 4] });
    const want = await interpretTraining(trainer, data, 60);
    const { losses } = await trainer.fit(data, { steps: 60 });
    for (const [step, values] of want.entries()) {
      for (const [r, value] of values.entries()) {
        expect(Math.abs(losses[r]![step]! - value) / value, `step ${step}, replica ${r}`).toBeLessThan(1e-5);
      }
    }
    trainer.dispose();
  },
);

describe("the same seed gives the same bits", () => {
  test("twice, with any number of steps a submit, and after a reset", async () => {
    const runs = [];
    for (const stepsPerSubmit of [1, 1, 16, 64]) {
      const trainer = await create();
      const { losses } = await trainer.fit(data, { steps: 150, stepsPerSubmit });
      runs.push({ losses: losses[0]!.join(), weights: await bitsOf(trainer) });
      trainer.reset();
      await trainer.fit(data, { steps: 150 });
      runs.push({ losses: losses[0]!.join(), weights: await bitsOf(trainer) });
      trainer.dispose();
    }
    for (const run of runs) expect(run).toEqual(runs[0]);
  });

  test("fit in parts is fit at once", async () => {
    const [whole, parts] = [await create(), await create()];
    await whole.fit(data, { steps: 40 });
    for (const steps of [1, 9, 30]) await parts.fit(data, { steps });
    expect(await bitsOf(parts)).toBe(await bitsOf(whole));
    whole.dispose();
    parts.dispose();
  });

  test("a replica is what its seed gives alone, with a learning rate of its own", async () => {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
    const rates = seeds.map((s) => s / 100);
    const together = await create({ seeds, optimizer: adam({ lr: rates }) });
    const { losses } = await together.fit(data, { steps: 100 });
    for (const [r, seed] of seeds.entries()) {
      const alone = await create({ seeds: [seed], optimizer: adam({ lr: rates[r]! }) });
      const { losses: own } = await alone.fit(data, { steps: 100 });
      expect(losses[r]).toEqual(own[0]);
      alone.dispose();
    }
    together.dispose();
  });
});

test("drafts of the kernels, and what takes their place during a run, give the same bits", async () => {
  const wide = pointsInClasses(300, 256, 10);
  const options = { model: sequential(linear(256, 128), relu, linear(128, 10)), batch: 64 };
  const trained = async (begin: (trainer: Trainer) => Promise<unknown>): Promise<string> => {
    const trainer = await create(options);
    await begin(trainer);
    await trainer.fit(wide, { steps: 3, stepsPerSubmit: 1 });
    const { executor } = await trainer.recorded(wide); // refines
    expect(executor.plan.dispatches.some((d) => d.draft !== undefined)).toBe(gpu.adapter.software);
    await trainer.fit(wide, { steps: 3, stepsPerSubmit: 1 });
    const bits = await bitsOf(trainer);
    trainer.dispose();
    return bits;
  };
  const drafted = await trained(() => Promise.resolve());
  const never = await trained((trainer) => trainer.recorded(wide));
  expect(drafted === never).toBe(true);
});

test("the steady state creates nothing, and one submit holds many steps", async () => {
  const trainer = await create();
  await trainer.recorded(data); // with the kernels that stay
  await trainer.fit(data, { steps: 130, stepsPerSubmit: 64 });
  const before = { ...gpu.counts };
  await trainer.fit(data, { steps: 640, stepsPerSubmit: 64 });
  const { executor } = await trainer.recorded(data);
  expect(gpu.counts).toEqual({
    ...before,
    submits: before.submits + 10,
    dispatches: before.dispatches + 640 * executor.plan.dispatches.length,
  });
  trainer.dispose();
});

test("evaluate counts every row once, the ragged last batch included", async () => {
  const many = pointsInClasses(2503, 6, 3);
  const trainer = await create({ seeds: [1, 2] });
  await trainer.fit(data, { epochs: 20 });
  const { loss, accuracy, rows } = await trainer.evaluate(many);
  const { shape, data: logits } = await trainer.predict(many.x as Float32Array);
  expect(shape).toEqual([2, 2503, 3]);
  expect(rows).toBe(2503);
  for (let r = 0; r < 2; r++) {
    let [right, total] = [0, 0];
    for (let i = 0; i < 2503; i++) {
      const row = Array.from(logits.subarray((r * 2503 + i) * 3, (r * 2503 + i + 1) * 3));
      if (row.indexOf(Math.max(...row)) === many.labels[i]) right++;
      total += Math.log(row.reduce((a, v) => a + Math.exp(v), 0)) - row[many.labels[i]!]!;
    }
    expect(accuracy[r]).toBeCloseTo(right / 2503, 6);
    expect(loss[r]).toBeCloseTo(total / 2503, 5);
    expect(accuracy[r]).toBeGreaterThan(0.9);
  }
  trainer.dispose();
});

test("values are learned with mse", async () => {
  const targets = Float32Array.from(
    { length: 103 * 2 },
    (_, i) => data.x[Math.floor(i / 2) * 6 + (i % 2)]! * 0.5,
  );
  const { labels: _, classes: __, ...rest } = data;
  const values = { ...rest, kind: "values", targets, width: 2 } as const;
  const model = sequential(linear(6, 16), tanh, linear(16, 2));
  const trainer = await create({ model, loss: mse(), optimizer: adam({ lr: 0.01 }) });
  const { losses } = await trainer.fit(values, { epochs: 100 });
  expect(losses[0]!.at(-1)!).toBeLessThan(0.05 * losses[0]![0]!);
  expect((await trainer.evaluate(values)).accuracy).toEqual([]);
  trainer.dispose();
});

test("weights have PyTorch's names and layouts, and come back", async () => {
  const [trainer, other] = [await create(), await create({ seeds: [9] })];
  await trainer.fit(data, { steps: 10 });
  const weights = await trainer.weights();
  expect([...weights].map(([name, { shape }]) => [name, ...shape])).toEqual([
    ["0.weight", 16, 6],
    ["0.bias", 16],
    ["2.weight", 3, 16],
    ["2.bias", 3],
  ]);
  const x = Float32Array.of(0.1, -0.2, 0.3, -0.4, 0.5, -0.6);
  const dense = (input: number[], layer: string): number[] => {
    const { data: w, shape } = weights.get(`${layer}.weight`)!;
    const bias = weights.get(`${layer}.bias`)!.data;
    return Array.from(bias, (b, o) => input.reduce((total, v, i) => total + v * w[o * shape[1]! + i]!, b));
  };
  const logits = dense(
    dense([...x], "0").map((v) => v / (1 + Math.exp(-v))),
    "2",
  );
  other.setWeights(weights);
  for (const t of [trainer, other]) {
    (await t.predict(x)).data.forEach((v, i) => expect(v).toBeCloseTo(logits[i]!, 5));
  }
  const wrong = new Map(weights).set("0.bias", { shape: [15], data: new Float32Array(15) });
  wrong.delete("2.bias");
  expect(() => other.setWeights(wrong)).toThrow("0.bias is [15], expected [16]; 2.bias is missing");
  trainer.dispose();
  other.dispose();
});

describe("what cannot go on says why", () => {
  const failure = async (promise: Promise<unknown>): Promise<ActigradError> => {
    const error: unknown = await promise.then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(ActigradError);
    return error as ActigradError;
  };

  test("a loss that is not finite: the step, the replica, the first bad layer; the weights stay", async () => {
    const model = sequential(linear(6, 16), relu, linear(16, 16), activations.exp, linear(16, 3));
    const trainer = await create({ model, seeds: [1, 2], optimizer: sgd({ lr: [1e-3, 1e6] }), batch: 50 });
    const error = await failure(trainer.fit(data, { steps: 200 }));
    expect(error.code).toBe("diverged");
    expect(error.details.replica).toBe(1);
    expect(error.message).toMatch(/the loss of step \d+, replica 1, is (NaN|Infinity)/);
    expect(error.message).toMatch(/the output of layer 3, exp|the weights of layer \d/);
    const step = error.details.step as number;
    // The good replica continued until the host learned of it; the bad one's weights are those that the bad loss came from.
    const again = await create({ model, seeds: [2], optimizer: sgd({ lr: 1e6 }), batch: 50 });
    await again.fit(data, { steps: step });
    const [kept, wanted] = [await trainer.weights(1), await again.weights()];
    for (const [name, { data: values }] of wanted) expect(kept.get(name)!.data).toEqual(values);
    trainer.dispose();
    again.dispose();
  });

  test("frozen replicas leave the others alone", async () => {
    const [both, alone] = [
      await create({ seeds: [1, 2], optimizer: sgd({ lr: [0.1, 1e30] }) }),
      await create({ optimizer: sgd({ lr: 0.1 }) }),
    ];
    const { losses } = await both.fit(data, { steps: 50, onDiverged: "freeze" });
    expect(losses[0]).toEqual((await alone.fit(data, { steps: 50 })).losses[0]);
    expect(Number.isFinite(losses[1]!.at(-1)!)).toBe(false);
    both.dispose();
    alone.dispose();
  });

  test("an abort keeps what was trained", async () => {
    const trainer = await create();
    const abort = new AbortController();
    const { losses, aborted, steps } = await trainer.fit(data, {
      steps: 10_000,
      stepsPerSubmit: 5,
      signal: abort.signal,
      onProgress: ({ step }) => step >= 20 && abort.abort(),
    });
    expect(aborted).toBe(true);
    expect(steps).toBeLessThan(100);
    expect(losses[0]!.length).toBe(steps);
    expect(trainer.step).toBe(steps);
    trainer.dispose();
  });

  test("data that does not fit", async () => {
    const trainer = await create();
    const messages = await Promise.all([
      failure(trainer.fit(pointsInClasses(10, 6, 3))),
      failure(trainer.fit(pointsInClasses(50, 5, 3))),
      failure(trainer.fit(pointsInClasses(50, 6, 4))),
      failure(trainer.fit({ ...pointsInClasses(50, 6, 3), labels: new Uint32Array(50).fill(3, 17) })),
      failure(trainer.predict(new Float32Array(7))),
      failure(create({ batch: 0 })),
      failure(create({ seeds: [] })),
      failure(trainer.fit(data, { stepsPerSubmit: 65 })),
    ]);
    expect(messages.map((e) => `${e.code}: ${e.message}`)).toMatchInlineSnapshot(`
      [
        "data: batch 20 is larger than dataset "points" (10 rows); use a batch of at most 10",
        "data: dataset "points": 5 numbers per sample, the model takes 6; change its first layer",
        "data: dataset "points": 4 classes, the model has 3 outputs; change its last layer",
        "data: dataset "points": row 17: expected a label below 3, got 3",
        "shape: predict: 7 numbers are not a whole number of rows of 6",
        "option: batch must be a whole number of at least 1, got 0",
        "option: seeds: at least one is needed, one for each replica",
        "option: stepsPerSubmit must be a whole number from 1 to 64, got 65",
      ]
    `);
    trainer.dispose();
  });

  test("a tensor over the limits of the device", async () => {
    const model = sequential(linear(6, 70_000), relu, linear(70_000, 3));
    const small = await device({ defaultLimits: true });
    const error = await failure(
      Trainer.create(small, { model, loss: crossEntropy(), optimizer: adam({ lr: 1 }), batch: 1000 }).then(
        (t) => t.fit(pointsInClasses(1000, 6, 3), { steps: 1 }),
      ),
    );
    expect(error.code).toBe("limit");
    expect(error.message).toContain("the adapter binds at most 134217728");
    small.dispose();
  });

  test("a lost device", async () => {
    allow({ loss: true });
    const lost = await device();
    const trainer = await Trainer.create(lost, {
      model: sequential(linear(6, 3)),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      batch: 20,
    });
    await trainer.fit(data, { steps: 5 });
    lost.device.destroy();
    const error = await failure(trainer.fit(data, { steps: 5 }));
    expect(error.code).toBe("device-lost");
  });
});

test("runs at WebGPU's default limits", async () => {
  const least = await device({ defaultLimits: true });
  expect(least.limits.maxStorageBuffers).toBe(8);
  const trainer = await Trainer.create(least, {
    model: sequential(linear(6, 16), silu, linear(16, 3)),
    loss: crossEntropy(),
    optimizer: adamW({ lr: 0.01 }),
    batch: 20,
  });
  const { losses } = await trainer.fit(data, { epochs: 40 });
  expect(losses[0]!.at(-1)!).toBeLessThan(0.5 * losses[0]![0]!);
  trainer.dispose();
  least.dispose();
});
