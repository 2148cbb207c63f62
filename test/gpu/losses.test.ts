import { expect, test } from "vitest";
import {
  type Loss,
  Trainer,
  r2,
  topK,
  confusion,
  adam,
  bceWithLogits,
  crossEntropy,
  hinge,
  linear,
  multiMargin,
  nll,
  sequential,
  silu,
} from "../../src/index.ts";
import { logSoftmax } from "../../src/nn/index.ts";
import { interpretTraining, validate } from "../../src/check/validate/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { gpu } from "../support/on-device.ts";

const data = pointsInClasses(60, 6, 3);
const body = [linear(6, 16), silu, linear(16, 3)];
const everything = { weight: [0.5, 2, 1], ignoreIndex: 1 };

const cases: Record<string, { loss: Loss; logs?: boolean }> = {
  "cross entropy with an ignored label": { loss: crossEntropy({ ignoreIndex: 1 }) },
  "cross entropy with everything": { loss: crossEntropy({ ...everything, labelSmoothing: 0.1 }) },
  "nll of a log softmax": { loss: nll(everything), logs: true },
  "multi-margin": { loss: multiMargin({ weight: [0.5, 2, 1] }) },
  "hinge over classes": { loss: hinge() },
  "bce with logits, summed": { loss: bceWithLogits({ posWeight: [2, 1, 1], reduction: "sum" }) },
};

test.each(Object.entries(cases))(
  "%s: training agrees with float64, kernel by kernel",
  async (_, { loss, logs }) => {
    const model = sequential(...body, ...(logs === true ? [logSoftmax()] : []));
    const trainer = await Trainer.create(gpu, {
      model,
      loss,
      optimizer: adam({ lr: 0.01 }),
      batch: 20,
      seeds: [1, 2],
    });
    const want = await interpretTraining(trainer, data, 20);
    const { losses } = await trainer.fit(data, { steps: 20 });
    for (const [step, values] of want.entries()) {
      for (const [r, value] of values.entries())
        expect(Math.abs(losses[r]![step]! - value) / value, `step ${step}, replica ${r}`).toBeLessThan(1e-5);
    }
    const { executor } = await trainer.recorded(data);
    expect((await validate(executor, trainer.stepValues(data, trainer.step))).firstBad).toBeUndefined();
    trainer.dispose();
  },
);

test("an evaluation's loss is that of all rows as one batch, and passes over ignored ones", async () => {
  const loss = crossEntropy({ ...everything, labelSmoothing: 0.1 });
  const trainer = await Trainer.create(gpu, {
    model: sequential(...body),
    loss,
    optimizer: adam({ lr: 0 }),
    batch: data.rows,
  });
  const { losses } = await trainer.fit(data, { steps: 1 });
  const { loss: evaluated, accuracy } = await trainer.evaluate(data);
  expect(evaluated[0]!).toBeCloseTo(losses[0]![0]!, 5);
  const { data: logits } = await trainer.predict(data.x as Float32Array);
  const chosen = Array.from({ length: data.rows }, (_, i) => {
    const row = [...logits.subarray(3 * i, 3 * i + 3)];
    return row.indexOf(Math.max(...row));
  });
  const judged = [...data.labels].flatMap((label, i) => (label === 1 ? [] : [label === chosen[i] ? 1 : 0]));
  expect(accuracy[0]!).toBeCloseTo(judged.reduce((a: number, b) => a + b, 0) / judged.length, 6);
  trainer.dispose();
});

test("top-k accuracy and the confusion matrix are those of the predictions", async () => {
  const trainer = await Trainer.create(gpu, {
    model: sequential(...body),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 20,
    seeds: [1, 2],
  });
  await trainer.fit(data, { steps: 5 });
  const metrics = { top2: topK(2), matrix: confusion() };
  const { accuracy, top2, matrix } = await trainer.evaluate(data, { metrics });
  const { data: logits } = await trainer.predict(data.x as Float32Array);
  for (const r of [0, 1]) {
    const want = Array.from({ length: 3 }, () => [0, 0, 0]);
    let [right, near] = [0, 0];
    for (const [i, label] of data.labels.entries()) {
      const row = [...logits.subarray((r * data.rows + i) * 3, (r * data.rows + i + 1) * 3)];
      const best = row.indexOf(Math.max(...row));
      want[label]![best]!++;
      if (best === label) right++;
      if (row.filter((v) => v > row[label]!).length < 2) near++;
    }
    expect(matrix[r]).toEqual(want);
    expect(accuracy[r]).toBeCloseTo(right / data.rows, 6);
    expect(top2[r]).toBeCloseTo(near / data.rows, 6);
  }
  const one = await trainer.evaluate(data, { metrics: { best: topK(1), again: topK(1), top2: confusion() } });
  expect(one).toEqual({ ...one, best: accuracy, again: accuracy, top2: matrix });
  expect(() => topK(0)).toThrow(/topK must be a whole number/);
  await expect(trainer.evaluate(data, { metrics: { own: r2() } })).rejects.toThrow(
    "metrics: r2 needs a dataset of values, got classes",
  );
  await expect(trainer.evaluate(data, { metrics: { loss: topK(1) } })).rejects.toThrow('"loss" is taken');
  trainer.dispose();
});
