import { afterAll, describe, expect, test } from "vitest";
import {
  type Dataset,
  type Recovered,
  Trainer,
  type TrainerOptions,
  activations,
  adam,
  crossEntropy,
  device,
  fitBatches,
  inspect,
  linear,
  recovery,
  sequential,
  takeCheckpoint,
} from "../../src/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { allow } from "../../src/testing/index.ts";

allow({ loss: true }); // what happens then is the test

const gpu = await device();
afterAll(() => gpu.dispose());

const [data, other] = [pointsInClasses(103, 6, 3), pointsInClasses(2503, 6, 3)];

const usual: TrainerOptions = {
  model: sequential(linear(6, 16), activations.silu, linear(16, 3)),
  loss: crossEntropy,
  optimizer: adam({ lr: 0.02 }),
  batch: 20,
  seeds: [1, 2],
};
const create = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, { ...usual, ...options });

/** A trainer whose snapshots come so often that some fall between the losses, and what it reported. */
async function lasting(options: Partial<TrainerOptions> = {}, everySeconds = 0.02) {
  const told: Recovered[] = [];
  const recover = recovery({ everySeconds, onRecovered: (recovered) => told.push(recovered) });
  return { trainer: await create({ recover, ...options }), told };
}

const lose = (): void => gpu.device.destroy();

const statesOf = async (trainer: Trainer, dataset: Dataset = data): Promise<string> =>
  [...(await takeCheckpoint(trainer, dataset)).tensors]
    .map(
      ([name, { data: v }]) => `${name} ${[...new Uint32Array((v as Float32Array).slice().buffer)].join()}`,
    )
    .join("\n");

describe("a device that is lost", () => {
  test("during a training costs no bit and tells no loss twice", async () => {
    const quiet = await create();
    const alone = await quiet.fit(data, { steps: 120, stepsPerSubmit: 2 });
    const end = [
      await statesOf(quiet),
      await quiet.evaluate(other),
      await quiet.predict(other.x as Float32Array),
    ];
    quiet.dispose();
    const { trainer, told } = await lasting();
    const steps: number[] = [];
    const result = await trainer.fit(data, {
      steps: 120,
      stepsPerSubmit: 2,
      onProgress: ({ step }) => {
        steps.push(step);
        if (step === 10 || step === 60 || step === 62) lose();
      },
    });
    expect(steps).toEqual(Array.from({ length: 60 }, (_, i) => 2 * i + 2));
    expect(result.losses).toEqual(alone.losses);
    expect([
      await statesOf(trainer),
      await trainer.evaluate(other),
      await trainer.predict(other.x as Float32Array),
    ]).toEqual(end);
    expect(told.length).toBeGreaterThanOrEqual(2);
    for (const { reason, lostMs, compileMs, step } of told) {
      expect(reason).toContain("destroyed");
      expect(lostMs).toBeGreaterThan(compileMs);
      expect(compileMs).toBeGreaterThan(0);
      expect(step).toBeLessThanOrEqual(120);
    }
    trainer.dispose();
  });

  test("during batches from an iterable, evaluations and inspections is not noticed", async () => {
    const batches = Array.from({ length: 40 }, (_, b) => ({
      x: (other.x as Float32Array).slice(b * 120, (b + 1) * 120),
      labels: other.kind === "classes" ? other.labels.slice(b * 20, (b + 1) * 20) : new Uint32Array(),
    }));
    /** @param at what happens after how many batches */
    const run = async (trainer: Trainer, at: (batch: number) => void) => {
      const look = await inspect(trainer, data, { rows: 10 });
      look.run();
      const beside: Promise<unknown>[] = [look.read("0")];
      const reused = { x: new Float32Array(120), labels: new Uint32Array(20) };
      async function* given() {
        for (const [b, { x, labels }] of batches.entries()) {
          reused.x.set(x);
          reused.labels.set(labels);
          if (b % 10 === 3) beside.push(trainer.evaluate(data), trainer.predict(x), trainer.weights(1));
          at(b);
          await new Promise((resolve) => setTimeout(resolve, 3)); // snapshots in between
          yield reused;
        }
      }
      const { losses } = await fitBatches(trainer, given(), { stepsPerSubmit: 2 });
      beside.push(look.read("1")); // of the run before all that
      const results = await Promise.all(beside);
      look.run();
      return { losses, results, now: await look.read("2"), states: await statesOf(trainer) };
    };
    const quiet = await create();
    const alone = await run(quiet, () => undefined);
    const { trainer, told } = await lasting();
    const disturbed = await run(trainer, (b) => (b === 8 || b === 23) && lose());
    expect(disturbed).toEqual(alone);
    expect(told.length).toBe(2);
    quiet.dispose();
    trainer.dispose();
  });

  test("is replaced once for all trainers that recover; others fail, and new ones may be made", async () => {
    const [one, two, none] = [await lasting(), await lasting({ seeds: [3] }), await create()];
    const [{ trainer: a }, { trainer: b }] = [one, two];
    await Promise.all([a, b].map((trainer) => trainer.fit(data, { steps: 20 })));
    const before = [await statesOf(a), await statesOf(b)];
    const { device: first } = gpu;
    lose();
    expect([await statesOf(a), await statesOf(b)]).toEqual(before);
    expect(gpu.device).not.toBe(first);
    for (const call of [() => none.fit(data, { steps: 1 }), () => none.weights(), () => none.evaluate(data)])
      await expect(call()).rejects.toMatchObject({ code: "device-lost" });
    const fresh = await create();
    expect((await fresh.fit(data, { steps: 2 })).steps).toBe(2);
    for (const trainer of [a, b, none, fresh]) trainer.dispose();
  });

  test("does not keep a trainer from being made, reset, or given weights", async () => {
    lose();
    const { trainer } = await lasting();
    const start = await statesOf(trainer);
    await trainer.fit(data, { steps: 5 });
    lose();
    trainer.reset();
    expect(await statesOf(trainer)).toBe(start);
    const weights = await trainer.weights(1);
    await trainer.fit(data, { steps: 5 });
    trainer.setWeights(weights);
    lose();
    expect(await trainer.weights(0)).toEqual(weights);
    trainer.dispose();
  });

  test("and cannot be replaced is a typed error, for calls under way and for later ones", async () => {
    const own = await device();
    const recover = recovery({ attempts: 2 });
    const trainer = await Trainer.create(own, { ...usual, recover });
    Object.assign(own, { open: () => Promise.reject(new Error("no adapter any more")) });
    const calls = [trainer.fit(data, { steps: 1000 }), trainer.evaluate(data)];
    own.device.destroy();
    for (const call of calls)
      await expect(call).rejects.toMatchObject({
        code: "device-lost",
        message: expect.stringMatching(/gave up after 2 attempts to recover; .*checkpoint/),
      });
    await expect(trainer.fit(data, { steps: 1 })).rejects.toMatchObject({ code: "device-lost" });
    trainer.dispose();
    own.dispose();
  });

  test("with dispose of trainer or Gpu meanwhile ends what was under way", async () => {
    const own = await device();
    const make = async () => Trainer.create(own, { ...usual, recover: recovery() });
    const [one, two] = [await make(), await make()];
    const calls = [one.fit(data, { steps: 1000 }), two.fit(data, { steps: 1000 })];
    const ends = Promise.all(
      calls.map((call) =>
        call.then(
          () => "done",
          (error: { code: string }) => error.code,
        ),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    own.device.destroy();
    one.dispose();
    await new Promise((resolve) => setTimeout(resolve));
    own.dispose();
    expect(await ends).toEqual(["disposed", "disposed"]);
    await expect(two.weights()).rejects.toMatchObject({ code: "disposed" });
  });
});
