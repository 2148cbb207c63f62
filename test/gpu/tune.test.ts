import { afterAll, expect, test } from "vitest";
import { Trainer, adam, crossEntropy, device, linear, relu, sequential, tune } from "../../src/index.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const data = pointsInClasses(300, 64, 5);
const create = (): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(64, 96), relu, linear(96, 5)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 100,
    seeds: [1, 2],
  });

test("tuned in the middle of training, the losses are the same bits; what is known is not measured again", async () => {
  const [plain, tuned] = [await create(), await create()];
  const want = await plain.fit(data, { steps: 12 });
  const before = await tuned.fit(data, { steps: 5 });
  const told: string[] = [];
  const onProduct = (done: number, of: number): unknown => told.push(`${done} of ${of}`);
  const { products, tiles } = await tune(tuned, data, { fromMs: 0, onProduct });
  const after = await tuned.fit(data, { steps: 7 });
  for (const [r, losses] of want.losses.entries())
    expect([...before.losses[r]!, ...after.losses[r]!]).toEqual([...losses]);

  expect(told).toEqual(products.map((_, i) => `${i} of ${products.length}`));
  expect(products.map(({ form }) => form).toSorted()).toEqual(["ab", "ab", "abt", "atb", "atb"]);
  expect(Object.keys(tiles).length).toBe(products.length);
  for (const { tried, tile } of products) {
    expect(tried.map((t) => t.tile)).toContainEqual(tile);
    for (const { ms } of tried) expect(ms).toBeGreaterThan(0);
  }
  expect(products.some(({ tried }) => tried.length > 1)).toBe(true);
  const again = await tune(tuned, data, { tiles, fromMs: 0 });
  expect(again.products).toEqual([]);
  for (const trainer of [plain, tuned]) trainer.dispose();
});

test("on a GPU blocks compete, and the losses are the same bits", async () => {
  const gpu = await device({ kernels: "gpu" });
  const small = pointsInClasses(60, 40, 5);
  const make = (): Promise<Trainer> =>
    Trainer.create(gpu, {
      model: sequential(linear(40, 64), relu, linear(64, 5)),
      loss: crossEntropy(),
      optimizer: adam({ lr: 0.01 }),
      batch: 20,
      seeds: [1],
    });
  const [plain, tuned] = [await make(), await make()];
  const want = await plain.fit(small, { steps: 4 });
  const { products } = await tune(tuned, small, { fromMs: 0 });
  expect(products.some(({ tried }) => tried.length === 3)).toBe(true);
  expect((await tuned.fit(small, { steps: 4 })).losses).toEqual(want.losses);
  gpu.dispose();
});

test("tiles that are pinned are those that run", async () => {
  const trainer = await create();
  const { executor } = await trainer.recorded(data);
  const usual = executor.plan.dispatches.map(({ kernel }) => kernel.variant);
  await trainer.useTiles(() => ({ rows: 4, slots: 1, workgroup: 4 }));
  const pinned = executor.plan.dispatches.map(({ kernel }) => kernel.variant);
  expect(pinned).toEqual(usual.map((variant) => variant && "4x4 tile, 4 a workgroup"));
  const { losses } = await trainer.fit(data, { steps: 4 });
  await trainer.useTiles(undefined);
  expect(executor.plan.dispatches.map(({ kernel }) => kernel.variant)).toEqual(usual);
  trainer.reset();
  expect((await trainer.fit(data, { steps: 4 })).losses).toEqual(losses);
  trainer.dispose();
});
