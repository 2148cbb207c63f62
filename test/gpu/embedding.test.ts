import { afterAll, expect, test } from "vitest";
import {
  type ClassDataset,
  Graph,
  Trainer,
  crossEntropy,
  embedding,
  linear,
  relu,
  sequential,
  sgd,
} from "../../src/index.ts";
import { elements } from "../../src/core/shape.ts";
import { lookup, scatter, toIndex } from "../../src/graph/ops/embedding.ts";
import { flatten } from "../../src/graph/ops/flatten.ts";
import { mul } from "../../src/graph/ops/pointwise.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import { interpretTraining, validate } from "../../src/check/validate/index.ts";
import { numbers } from "../support/networks.ts";
import { expectReference, gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

test.each([
  { rows: 7, dim: 3, batch: 5, length: 1, except: null },
  { rows: 5, dim: 4, batch: 6, length: 3, except: 0 },
  { rows: 130, dim: 6, batch: 41, length: 5, except: 129 },
])(
  "rows $rows x $dim picked by $batch x $length numbers, and what comes back to them",
  async ({ rows, dim, batch, length, except }) => {
    const graph = new Graph();
    const places = toIndex(flatten(data(graph, "x", [1, batch, length]), length));
    const table = state(graph, "table", [2, rows, dim]);
    const picked = lookup(table, places);
    graph.output("picked", mul(picked, 2));
    const g = data(graph, "g", [2, batch, ...(length === 1 ? [] : [length]), dim]);
    graph.output("gradient", mul(scatter(g, places, { rows, except }), 3));
    // One row in three is never picked, and one very often.
    const x = Float64Array.from(numbers(3, [batch * length]), (v, i) =>
      i % 4 === 0 ? 1 : Math.floor(Math.abs(v) * 1e6) % Math.ceil(rows * 0.66),
    );
    const environment = new Map([
      ["x", x],
      ["table", numbers(1, table.shape)],
      ["g", numbers(2, [elements(g.shape)])],
    ]);
    await expectReference(graph, environment);
  },
);

/** Sequences of six words; the class follows from the first. */
function sentences(rows: number): ClassDataset {
  const x = Float32Array.from(numbers(5, [rows * 6]), (v) => Math.floor(Math.abs(v) * 1e5) % 9);
  const labels = Uint32Array.from({ length: rows }, (_, row) => x[row * 6]! % 3);
  return { kind: "classes", name: "sentences", rows, shape: [6], x, labels, classes: 3 };
}

const model = sequential(embedding(9, 5, { paddingIdx: 0 }), linear(30, 16), relu, linear(16, 3));

test("a network of words learns, follows float64, and leaves the padding's row alone", async () => {
  const dataset = sentences(240);
  const options = { model, loss: crossEntropy(), optimizer: sgd({ lr: 0.05, momentum: 0.9 }), batch: 24 };
  const trainer = await Trainer.create(gpu, { ...options, seeds: [0, 1] });
  const want = await interpretTraining(trainer, dataset, 6);
  const { losses } = await trainer.fit(dataset, { steps: 6 });
  for (const [step, values] of want.entries())
    for (const [replica, value] of values.entries()) expect(losses[replica]![step]).toBeCloseTo(value, 4);
  const { executor } = await trainer.recorded(dataset);
  expect((await validate(executor, trainer.stepValues(dataset, 6))).firstBad).toBeUndefined();
  await trainer.fit(dataset, { epochs: 20 });
  const { accuracy } = await trainer.evaluate(dataset);
  for (const share of accuracy) expect(share).toBeGreaterThan(0.95);
  const table = (await trainer.weights(1)).get("0.weight")!;
  expect(table.shape).toEqual([9, 5]);
  expect([...table.data.subarray(0, 5)]).toEqual([0, 0, 0, 0, 0]);
  expect(table.data.subarray(5).every((v) => v !== 0)).toBe(true);
  await expect(trainer.predict(Float32Array.of(0, 1, 2, 3, 4, 9))).rejects.toThrow(
    "predict: layer 0, embedding(9, 5, paddingIdx=0): expected whole numbers from 0 to below 9, got 9 (row 0, number 5",
  );
  const wrong = { ...dataset, x: dataset.x.map((v: number) => v / 2) } as ClassDataset;
  await expect(trainer.evaluate(wrong)).rejects.toMatchObject({ code: "data" });
  trainer.dispose();
});
