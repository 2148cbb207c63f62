import { afterAll, expect, test, vi } from "vitest";
import {
  Trainer,
  type TrainerOptions,
  adamW,
  crossEntropy,
  device,
  gpt,
  inspect,
  load,
  probes,
  profile,
  recovery,
  restoreCheckpoint,
  save,
  swiglu,
  tokenDataset,
  withinBytes,
} from "../../src/index.ts";
import { validate } from "../../src/check/validate/index.ts";
import { allow } from "../../src/testing/index.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

/** Two blocks over a text of 300 tokens. */
const of = { context: 8, vocabulary: 11 };
const tokens = Uint32Array.from({ length: 300 }, (_, i) => (i * i + (i >> 2)) % of.vocabulary);
const data = tokenDataset(tokens, { name: "tokens", ...of });
const create = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: gpt({ ...of, layers: 2, heads: 2, width: 8, activation: swiglu() }),
    loss: crossEntropy(),
    optimizer: adamW({ lr: 0.01 }),
    batch: 4,
    seeds: [1, 2],
    dataSeed: 5,
    ...options,
  });
const STEPS = 8;
const lossesOf = async (trainer: Trainer, steps = STEPS): Promise<number[][]> =>
  (await trainer.fit(data, { steps, stepsPerSubmit: 2 })).losses.map((own) => [...own]);

const plain = await create();
const losses = await lossesOf(plain);
afterAll(() => plain.dispose());
allow({ leaks: true }); // all tests use it

test("every dispatch of a step agrees with float64", async () => {
  const { executor } = await plain.recorded(data);
  const { firstBad, tensors } = await validate(executor, plain.stepValues(data, STEPS));
  expect(firstBad).toBeUndefined();
  expect(tensors.length).toBeGreaterThan(50);
});

test("a profile times every dispatch", async () => {
  const { executor } = await plain.recorded(data);
  const { dispatches } = await profile(plain, data, { steps: 2 });
  expect(dispatches).toHaveLength(executor.plan.dispatches.length);
});

test("probes look into every layer", async () => {
  const inspection = await inspect(plain, data, { rows: 4, probes: [probes.signal()], keep: false });
  inspection.run();
  const figures = await inspection.numbers("signal");
  expect(inspection.layers.length).toBe(plain.options.model.layers.length);
  expect(Object.values(figures).flat().every(Number.isFinite)).toBe(true);
  inspection.dispose();
});

test("what is computed again gives the same bits", async () => {
  const trainer = await create({ recompute: withinBytes(45_000) });
  expect(await lossesOf(trainer)).toEqual(losses);
  trainer.dispose();
});

test("a replica trains as it does alone", async () => {
  const alone = await create({ seeds: [2] });
  const [own] = await lossesOf(alone);
  for (const [i, loss] of own!.entries()) expect(loss).toBeCloseTo(losses[1]![i]!, 5);
  alone.dispose();
});

test("a checkpoint in a file goes on with the same bits", async () => {
  const first = await create();
  const before = await lossesOf(first, 4);
  const file = await save(first, { checkpoint: data });
  first.dispose();
  const second = await create();
  await restoreCheckpoint(second, load(file).checkpoint!, data);
  const after = await lossesOf(second, 4);
  expect(before.map((own, r) => [...own, ...after[r]!])).toEqual(losses);
  second.dispose();
});

test("a lost device costs no bit", async () => {
  allow({ loss: true });
  let told = 0;
  const recover = recovery({ everySeconds: 0.02, onRecovered: () => told++ });
  const trainer = await create({ recover });
  const before = await lossesOf(trainer, 4);
  gpu.device.destroy();
  const after = await lossesOf(trainer, 4);
  expect(before.map((own, r) => [...own, ...after[r]!])).toEqual(losses);
  await vi.waitFor(() => expect(told).toBe(1), 30_000); // reported once the device has done everything submitted before
  trainer.dispose();
});
