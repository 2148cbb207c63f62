import { expect, test } from "vitest";
import {
  Trainer,
  type TrainerOptions,
  adam,
  clipNorm,
  crossEntropy,
  linear,
  load,
  reduceOnPlateau,
  restoreCheckpoint,
  rrelu,
  save,
  sequential,
  sgd,
  takeCheckpoint,
} from "../../src/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { gpu } from "../support/on-device.ts";

const data = pointsInClasses(60, 6, 3);
const model = sequential(linear(6, 16), rrelu, linear(16, 3));
const create = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, {
    model,
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01, schedule: reduceOnPlateau({ patience: 0, factor: 0.5 }) }),
    batch: 20,
    seeds: [1, 2],
    accumulate: 2,
    ema: 0.9,
    clip: clipNorm(0.5),
    ...options,
  });

const bits = (values: Iterable<number>): number[] => [...new Uint32Array(Float32Array.from(values).buffer)];

/** Trains a number of steps; every third step, passes an evaluation to the schedule. */
async function train(trainer: Trainer, steps: number): Promise<number[]> {
  const losses: number[] = [];
  for (let left = steps; left > 0; left--) {
    losses.push(...(await trainer.fit(data, { steps: 1 })).losses.flatMap((l) => [...l]));
    if (trainer.step % 3 === 0) trainer.observe([1, 1]); // no progress: the learning rate falls
  }
  return losses;
}

test("training resumed from a file gives the same bits as training that never stopped", async () => {
  const whole = await create();
  const want = await train(whole, 14);
  const states = (await takeCheckpoint(whole, data)).tensors;
  for (const stop of [0, 5, 6, 11]) {
    const [first, second] = [await create(), await create()];
    await train(first, stop);
    const file = await save(first, { average: true, checkpoint: data });
    await restoreCheckpoint(second, load(file).checkpoint!, data);
    expect(second.step).toBe(stop);
    expect(bits(await train(second, 14 - stop))).toEqual(bits(want.slice(2 * stop)));
    for (const [name, { data: values }] of (await takeCheckpoint(second, data)).tensors)
      expect(bits(values), name).toEqual(bits(states.get(name)!.data));
    first.dispose();
    second.dispose();
  }
  whole.dispose();
});

test("a checkpoint of another training says what differs, and changes nothing", async () => {
  const trainer = await create();
  await train(trainer, 2);
  const checkpoint = await takeCheckpoint(trainer, data);
  const refused = async (options: Partial<TrainerOptions>): Promise<unknown> => {
    const other = await create(options);
    const before = await other.weights();
    const error: unknown = await restoreCheckpoint(other, checkpoint, data).catch((e: unknown) => e);
    expect(await other.weights()).toEqual(before);
    expect(other.step).toBe(0);
    other.dispose();
    return error;
  };
  expect(await refused({ model: sequential(linear(6, 8), rrelu, linear(8, 3)) })).toMatchObject({
    code: "shape",
    message: expect.stringContaining("0.linear is [2,7,16], expected f32[2,7,8]"),
  });
  const { ema: _, ...noAverage } = { ema: 0.9 };
  expect(await refused({ ...noAverage, batch: 10 })).toMatchObject({
    code: "option",
    message: expect.stringContaining("batch is 20, here 10"),
  });
  expect(await refused({ optimizer: sgd({ lr: 1 }) })).toMatchObject({
    message: expect.stringContaining('optimizer is "adam", here "sgd"'),
  });
  trainer.dispose();
});
