import { afterAll, expect, test } from "vitest";
import {
  type Progress,
  Trainer,
  type TrainerOptions,
  adam,
  batchNorm1d,
  crossEntropy,
  dataset,
  fitValidated,
  linear,
  meanAbsoluteError,
  mse,
  r2,
  reduceOnPlateau,
  relu,
  sequential,
} from "../../src/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

const train = pointsInClasses(60, 6, 3);
/** Partly wrong labels, so that the validation loss soon rises. */
const other = pointsInClasses(47, 6, 3);
const validation = {
  ...other,
  labels: other.labels.map((label, i) => (i % 4 === 0 ? (label + 1) % 3 : label)),
};

const create = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(6, 24), batchNorm1d(24), relu, linear(24, 3)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.03 }),
    batch: 20,
    seeds: [1, 2, 3],
    ...options,
  });

test("the steps are those of fit, and each replica ends with its best weights", async () => {
  using plain = await create();
  using trainer = await create();
  const told: Progress[] = [];
  const seen: number[] = [];
  const result = await fitValidated(trainer, train, {
    validation,
    epochs: 12,
    onProgress: (progress) => told.push(progress),
    onValidation: ({ epoch }) => seen.push(epoch),
  });
  expect(result.losses).toEqual((await plain.fit(train, { epochs: 12 })).losses);
  expect(result).toMatchObject({ steps: 36, aborted: false, stoppedEarly: false });
  expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  expect(told.at(-1)).toMatchObject({ step: 36, steps: 36, epoch: 11, secondsLeft: 0 });
  expect(result.curves.step).toEqual(seen.map((epoch) => 3 * epoch));
  const least = result.curves.validation.map((curve) => Math.min(...curve));
  const { loss } = await trainer.evaluate(validation);
  for (const [r, best] of result.best.entries()) {
    expect(result.history[best]!.validation.loss[r]).toBeCloseTo(least[r]!, 6);
    expect(result.history[best]!.best[r]).toBe(true);
    expect(loss[r]).toBe(result.history[best]!.validation.loss[r]);
  }
  expect(new Set(result.best).size, "the seeds' bests differ, so that they are told apart").toBeGreaterThan(
    1,
  );
  expect(loss).not.toEqual(result.history.at(-1)!.validation.loss);
  const mean = (losses: Float32Array): number => losses.reduce((sum, v) => sum + v, 0) / losses.length;
  expect(result.history[1]!.loss[2]).toBeCloseTo(mean(result.losses[2]!.subarray(3, 6)), 6);
});

test("a replica is done when it has not got better for its patience, as if it were alone", async () => {
  const options = { validation, epochs: 200, patience: 3, every: 2 };
  using first = await create();
  const together = await fitValidated(first, train, options);
  expect(together.stoppedEarly).toBe(true);
  expect(together.history.length).toBe(Math.max(...together.best) + 1 + 3);
  for (const [r, best] of together.best.entries()) {
    const curve = [...together.curves.validation[r]!].slice(0, best + 4);
    expect(Math.min(...curve)).toBe(curve[best]);
    expect(curve.slice(best + 1).every((loss) => loss >= curve[best]!)).toBe(true);
  }
  using last = await create();
  const { history } = await fitValidated(last, train, { ...options, keepBest: false });
  expect((await last.evaluate(validation)).loss).toEqual(history.at(-1)!.validation.loss);
});

test("values with metrics, by a score of one's own, with averages and a schedule that goes by evaluations", async () => {
  const x = Float32Array.from({ length: 200 }, (_, i) => -1 + i / 100);
  const wave = dataset(
    x,
    x.map((v) => Math.sin(3 * v)),
  );
  const schedule = reduceOnPlateau({ patience: 0, threshold: 0.9 });
  using trainer = await create({
    model: sequential(linear(1, 16), relu, linear(16, 1)),
    loss: mse(),
    optimizer: adam({ lr: 0.02, schedule }),
    seeds: [4],
    ema: 0.9,
  });
  const metrics = { r2: r2(), mae: meanAbsoluteError() };
  const { history, best } = await fitValidated(trainer, wave, {
    validation: wave,
    epochs: 8,
    average: true,
    metrics,
    score: ({ r2: share }) => share.map((value) => -value),
  });
  const shares = history.map((point) => point.validation.r2[0]!);
  expect(shares.indexOf(Math.max(...shares))).toBe(best[0]);
  expect(Math.max(...shares)).toBeGreaterThan(0.5);
  expect((await trainer.evaluate(wave, { metrics, average: true })).mae).toEqual(
    history[best[0]!]!.validation.mae,
  );
  expect(schedule.lr(1, 0, 0), "it was told").toBeLessThan(1);
});

test("stopped by a signal, it has the best so far", async () => {
  using trainer = await create();
  const stop = new AbortController();
  const { aborted, history, best } = await fitValidated(trainer, train, {
    validation,
    epochs: 50,
    signal: stop.signal,
    onValidation: ({ epoch }) => epoch === 4 && stop.abort(),
  });
  expect([aborted, history.length]).toEqual([true, 4]);
  expect((await trainer.evaluate(validation)).loss).toEqual(
    best.map((at, r) => history[at]!.validation.loss[r]),
  );
});

test("refused before anything is trained", async () => {
  using trainer = await create();
  const fit = (options: object): Promise<unknown> =>
    fitValidated(trainer, train, { validation, ...options } as never);
  await expect(fit({ patiance: 3 })).rejects.toThrow('did you mean "patience"');
  await expect(fit({ patience: 0 })).rejects.toThrow("patience must be a whole number of at least 1");
  await expect(fit({ epochs: 0.5 })).rejects.toThrow("epochs must be a whole number");
  await expect(fit({ minDelta: -1 })).rejects.toThrow("minDelta must be");
  await expect(fit({ validation: undefined })).rejects.toThrow("expected a dataset");
  await expect(trainer.fit(train, { validation } as never)).rejects.toThrow("fitValidated(trainer, train");
  expect(trainer.step).toBe(0);
});
