import { expect, test } from "vitest";
import {
  Predictor,
  Trainer,
  adam,
  batchNorm1d,
  batchNorm2d,
  conv2d,
  crossEntropy,
  defineActivation,
  defineLayer,
  flatten,
  formula,
  fromCsv,
  globalAvgPool2d,
  linear,
  load,
  maxout,
  mse,
  probabilitiesOf,
  relu,
  residual,
  save,
  sequential,
  split,
  standardise,
  swish,
  unflatten,
} from "../../src/index.ts";
import { add, mul } from "../../src/ops.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { gpu } from "../support/on-device.ts";

const bits = (values: Float32Array): number[] => [...new Uint32Array(values.slice().buffer)];

const wave = defineActivation({
  name: "wave",
  formula: "x / 2",
  saves: "x",
  wgsl: { f: "0.5 * x", dfdx: "T(0.5)" },
  f: (x) => x / 2,
  dfdx: () => 0.5,
});
const scaled = (features: number) =>
  defineLayer({
    kind: "scaled",
    title: `scaled(${features})`,
    build: ({ parameter }, x) => add(mul(x, parameter("scale", { shape: [features], init: 1 })), x),
  });

const data = pointsInClasses(60, 18, 3);
const models = {
  features: sequential(
    linear(18, 8),
    batchNorm1d(8),
    swish({ beta: 1.5, learn: true }),
    linear(8, 8),
    maxout({ pieces: 2 }),
    formula("x * sigmoid(beta * x); beta = 1 learned"),
    linear(4, 3),
  ),
  images: sequential(
    unflatten([2, 3, 3]),
    conv2d(2, 4, 3, { padding: 1, bias: false }),
    batchNorm2d(4),
    relu,
    residual([conv2d(4, 4, 3, { padding: 1 }), relu], []),
    globalAvgPool2d,
    flatten,
    linear(4, 3),
  ),
  own: sequential(linear(18, 6), scaled(6), wave, linear(6, 3)),
};

test.each(Object.entries(models))(
  "%s: what is loaded predicts the same bits, each replica",
  async (_, model) => {
    const options = { loss: crossEntropy(), optimizer: adam({ lr: 0.05 }), batch: 20, seeds: [3, 4] };
    const trainer = await Trainer.create(gpu, { model, ...options });
    await trainer.fit(data, { steps: 12 });
    const x = Float32Array.from({ length: 25 * 18 }, (__, i) => Math.sin(i));
    const want = (await trainer.predict(x)).data;
    const saved = load(await save(trainer), { layers: [scaled(6)], activations: [wave] });
    expect(saved.training).toMatchObject({
      steps: 12,
      loss: "cross_entropy",
      optimizer: "adam",
      seeds: [3, 4],
    });
    const other = await Trainer.create(gpu, { model: saved.model, ...options, seeds: [9] });
    for (const [replica, weights] of saved.weights.entries()) {
      other.setWeights(weights);
      const { data: got } = await other.predict(x);
      expect(bits(got)).toEqual(bits(want.subarray(replica * got.length, (replica + 1) * got.length)));
      const predictor = await Predictor.create(gpu, saved, { replica });
      expect(bits(Float32Array.from((await predictor.predict(x)).outputs))).toEqual(bits(got));
      predictor.dispose();
      await expect(predictor.predict(x)).rejects.toMatchObject({ code: "disposed" });
    }
    other.dispose();
    trainer.dispose();
  },
);

test("rows in their own units go in, values in their own units and classes by name come out", async () => {
  const lines = Array.from({ length: 40 }, (_, i) => [1e6 + 10 * i, Math.sin(i), 5000 + 300 * i]);
  const text = ["far,near,y", ...lines.map((line) => line.join(","))].join("\n");
  const table = standardise(split(fromCsv(text, { task: "values" })), { targets: true });
  const trainer = await Trainer.create(gpu, {
    model: sequential(linear(2, 8), relu, linear(8, 1)),
    loss: mse(),
    optimizer: adam({ lr: 0.02 }),
    batch: 16,
  });
  await trainer.fit(table.train, { epochs: 100 });
  const saved = load(await save(trainer, { data: table }));
  expect(saved.data).toMatchObject({ features: ["far", "near"], target: "y", scaling: table.scaling });
  const predictor = await Predictor.create(gpu, saved);
  const predicted = await predictor.predict(Float64Array.from(lines.flatMap(([a, b]) => [a!, b!])));
  expect(predicted.classes).toBeUndefined();
  const errors = lines.map(([, , y], row) => Math.abs(predicted.outputs[row]! - y!));
  expect(Math.max(...errors)).toBeLessThan(1500); // of a range of 12,000
  expect(() => probabilitiesOf(predicted, saved.outputs)).toThrow(
    "gives no probabilities: it predicts values",
  );
  await expect(predictor.predict(new Float32Array(3))).rejects.toMatchObject({ code: "shape" });
  for (const one of [predictor, trainer]) one.dispose();
});

test("probabilities are the softmax of the logits", async () => {
  const trainer = await Trainer.create(gpu, {
    model: sequential(linear(18, 3)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 20,
  });
  const saved = load(await save(trainer, { data: { train: data, scaling: {} } }));
  const predictor = await Predictor.create(gpu, saved);
  const predicted = await predictor.predict(data.x.subarray(0, 5 * 18));
  const shares = probabilitiesOf(predicted, saved.outputs);
  for (let row = 0; row < 5; row++) {
    const logits = [...predicted.outputs.subarray(3 * row, 3 * row + 3)];
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    for (const [c, logit] of logits.entries())
      expect(shares[3 * row + c]).toBeCloseTo(Math.exp(logit) / sum, 12);
    expect(predicted.classes![row]).toBe(logits.indexOf(Math.max(...logits)));
  }
  for (const one of [predictor, trainer]) one.dispose();
});
