import { expect, test } from "vitest";
import { type StepRunner, fitLoop } from "../../src/train/fit.ts";

/** A device that counts steps as losses and takes its time. */
function slowRunner(total: number, ms: number): StepRunner {
  let step = 0;
  return {
    replicas: 1,
    batch: 1,
    stepsPerEpoch: total,
    total,
    most: 64,
    async run(count) {
      const losses = Float32Array.from({ length: count }, (_, i) => step + i);
      step += count;
      return { count, losses: new Promise((resolve) => setTimeout(() => resolve({ losses: [losses] }), ms)) };
    },
    explain: () => Promise.reject(new Error("no loss is bad")),
  };
}

test("a fit that is ended between submits has the losses of all that it submitted, however late they come", async () => {
  let seen = 0;
  const { losses, steps, aborted } = await fitLoop(slowRunner(100, 700), {
    stepsPerSubmit: 3,
    onProgress: ({ step }) => (seen = step),
    until: () => seen > 0,
  });
  expect(aborted).toBe(true);
  expect(steps).toBe(6);
  expect([...losses[0]!]).toEqual([0, 1, 2, 3, 4, 5]);
});

test("a fit that is stopped does not wait for what takes long", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const begin = performance.now();
  const { steps, aborted } = await fitLoop(slowRunner(100, 60_000), { signal: controller.signal });
  expect({ steps, aborted }).toEqual({ steps: 0, aborted: true });
  expect(performance.now() - begin).toBeLessThan(30_000);
});
