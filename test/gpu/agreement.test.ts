/** One training, run in every way that should not matter: any tile, fused or not, any number of steps per submit. */
import { afterAll, describe, expect, test } from "vitest";
import {
  type ClassDataset,
  Executor,
  Trainer,
  activations,
  adam,
  crossEntropy,
  device,
  linear,
  makePlan,
  sequential,
  sgd,
  planTarget,
} from "../../src/index.ts";
import type { MatmulTile } from "../../src/compile/kernels/target.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const STEPS = 100;
const { relu, tanh } = activations;
const points = pointsInClasses(203, 30, 5);
/** Bytes that are normalised as they are picked; sizes that no tile divides. */
const data: ClassDataset = {
  ...points,
  x: Uint8Array.from(points.x, (v) => Math.round(127.5 * (v + 1))),
  normalise: { scale: 1 / 64, shift: -2 },
};
const optimizers = {
  sgd: sgd({ lr: 0.05 }),
  adam: adam({ lr: 0.003 }),
};
type OptimizerName = keyof typeof optimizers;

interface Way {
  readonly fuse?: boolean;
  readonly tile?: MatmulTile;
  readonly stepsPerSubmit?: number;
  /** Starts, and stays, with the kernels that compile fastest. */
  readonly draft?: boolean;
}

/** The losses of the first 100 steps, [step][replica]. */
async function losses(optimizer: OptimizerName, way: Way): Promise<Float32Array> {
  const { fuse = true, tile, stepsPerSubmit = 16, draft = false } = way;
  const trainer = await Trainer.create(gpu, {
    model: sequential(linear(30, 21), tanh, linear(21, 14), relu, linear(14, 5)),
    loss: crossEntropy(),
    optimizer: optimizers[optimizer],
    batch: 33,
    seeds: [1, 2],
  });
  const { training } = await trainer.recorded(data);
  const plan = makePlan(training.graph, planTarget(gpu, { fuse, ...(tile !== undefined && { tile }) }));
  const executor = await Executor.load(plan, trainer.storage, { draft });
  for (let step = 0; step < STEPS; step += stepsPerSubmit) {
    const count = Math.min(stepsPerSubmit, STEPS - step);
    executor.run(Array.from({ length: count }, (_, i) => trainer.stepValues(data, step + i)));
  }
  const ring = (await trainer.storage.read("losses")) as Float32Array;
  executor.dispose();
  trainer.dispose();
  return ring.slice(0, STEPS * 2);
}

/** The largest relative difference; NaN differs from everything. */
const difference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((worst, v, i) => {
    const off = Math.abs(v - b[i]!) / Math.abs(v);
    return Number.isNaN(off) ? Infinity : Math.max(worst, off);
  }, 0);

const bits = (values: Float32Array): string => new Uint32Array(values.slice().buffer).join();

const tiles: readonly MatmulTile[] = [
  { rows: 4, slots: 1, workgroup: 4 },
  { rows: 8, slots: 2, workgroup: 64 },
  ...(gpu.limits.quads ? [{ rows: 8, slots: 2, workgroup: 16, quad: true }] : []),
];

describe.each(Object.keys(optimizers) as OptimizerName[])("%s", (optimizer) => {
  const usual = losses(optimizer, {});

  test("learns, so that there is something to compare", async () => {
    const all = await usual;
    expect(all.every(Number.isFinite)).toBe(true);
    for (const r of [0, 1]) expect(all[2 * (STEPS - 1) + r]!).toBeLessThan(0.8 * all[r]!);
  });

  test.each(tiles)(
    "tile $rows x $slots, workgroup $workgroup: the bits of the chosen tiles",
    async (tile) => {
      expect(bits(await losses(optimizer, { tile }))).toBe(bits(await usual));
    },
  );

  test("drafts: the bits of what replaces them", async () => {
    expect(bits(await losses(optimizer, { draft: true }))).toBe(bits(await usual));
  });

  test.each([1, 7, 64])("%i steps a submit: the bits of 16", async (stepsPerSubmit) => {
    expect(bits(await losses(optimizer, { stepsPerSubmit }))).toBe(bits(await usual));
  });

  test("unfused: within 1e-5, with the bits of any tile", async () => {
    const plain = await losses(optimizer, { fuse: false });
    expect(difference(await usual, plain)).toBeLessThan(1e-5);
    expect(bits(await losses(optimizer, { fuse: false, tile: tiles[1]!, stepsPerSubmit: 1 }))).toBe(
      bits(plain),
    );
  });
});

test("another training would have been noticed", async () => {
  const [a, b] = [await losses("sgd", {}), await losses("adam", {})];
  expect(difference(a, b)).toBeGreaterThan(1e-3);
});
