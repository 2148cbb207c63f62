import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import {
  Trainer,
  type TrainerOptions,
  adam,
  crossEntropy,
  device,
  linear,
  recovery,
  sequential,
  silu,
  watchdog,
} from "../../src/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { allow } from "../../src/testing/index.ts";

allow({ loss: true, leaks: true }); // what happens then is the test; the contents of a hanging device stay there

const gpu = await device();
afterAll(() => gpu.dispose());
afterEach(() => vi.restoreAllMocks());

const data = pointsInClasses(100, 6, 3);
const options = {
  model: sequential(linear(6, 16), silu, linear(16, 3)),
  loss: crossEntropy,
  optimizer: adam({ lr: 0.02 }),
  batch: 20,
} satisfies TrainerOptions;
const create = (more: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, { ...options, ...more });

/** From now on nothing comes back from the present device. */
function hang(): void {
  const { device: hung } = gpu;
  const never = new Promise<undefined>(() => undefined);
  const { mapAsync } = GPUBuffer.prototype;
  vi.spyOn(hung.queue, "onSubmittedWorkDone").mockReturnValue(never);
  vi.spyOn(GPUBuffer.prototype, "mapAsync").mockImplementation(function (this: GPUBuffer, ...given) {
    return gpu.device === hung && this.label.startsWith("readback") ? never : mapAsync.apply(this, given);
  });
}

describe("a device from which nothing comes back", () => {
  test("does not keep a stop from being heard within a second", async () => {
    const trainer = await create();
    await trainer.fit(data, { steps: 4 });
    const stop = new AbortController();
    let at = Infinity;
    const result = await trainer.fit(data, {
      steps: 1000,
      stepsPerSubmit: 2,
      signal: stop.signal,
      onProgress: ({ step }) => {
        if (step !== 6) return;
        hang();
        setTimeout(() => ((at = performance.now()), stop.abort()), 100);
      },
    });
    expect(performance.now() - at).toBeLessThan(1000);
    expect(result).toMatchObject({ aborted: true, steps: 8 }); // one more was already in flight
    vi.restoreAllMocks();
    expect((await trainer.fit(data, { steps: 3 })).steps).toBe(3);
    expect(trainer.step).toBe(4 + 8 + 4 + 3); // what was in flight was done
    trainer.dispose();
  });

  test("is given up: the error names the dispatches, the largest first; recovery goes on elsewhere", async () => {
    const quiet = await create();
    const alone = await quiet.fit(data, { steps: 30 });
    const lost: string[] = [];
    const recover = recovery({ onRecovered: ({ reason }) => lost.push(reason) });
    const [lasting, mortal] = [await create({ recover }), await create()];
    const onProgress = ({ step }: { step: number }): void => void (step === 10 && hang());
    const watched = { steps: 30, stepsPerSubmit: 2, watchdog: watchdog({ seconds: 0.5 }) };
    const { losses } = await lasting.fit(data, { ...watched, onProgress });
    expect(losses).toEqual(alone.losses);
    const told = /nothing came back from the GPU in 0.5 s; it was running 0: .*matmul.*, /;
    expect(lost).toEqual([expect.stringMatching(told)]);
    await expect(mortal.fit(data, { steps: 1 })).rejects.toMatchObject({ code: "device-lost" });
    const fresh = await create();
    await expect(fresh.fit(data, { ...watched, onProgress })).rejects.toMatchObject({
      code: "device-lost",
      message: expect.stringMatching(told),
    });
    for (const trainer of [quiet, lasting, mortal, fresh]) trainer.dispose();
  });
});

test("a step that is cut into several submits gives the same bits", async () => {
  using own = await device(); // those of earlier tests are lost
  const results = [];
  for (const parts of [1, 2, 3, Infinity]) {
    using trainer = await Trainer.create(own, options);
    const { executor } = await trainer.recorded(data);
    const before = own.counts.submits;
    executor.run([trainer.stepValues(data, 0)], parts);
    expect(own.counts.submits - before).toBe(Math.min(parts, executor.plan.dispatches.length));
    results.push([await trainer.storage.read("losses"), await trainer.weights()]);
  }
  for (const result of results) expect(result).toEqual(results[0]);
});
