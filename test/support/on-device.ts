import { expect } from "vitest";
import { device } from "../../src/device/context.ts";
import { Executor } from "../../src/device/executor.ts";
import { Storage } from "../../src/device/storage.ts";
import { planTarget } from "../../src/device/target.ts";
import type { Graph, StepValues } from "../../src/graph/graph.ts";
import { allKernels } from "../../src/compile/kernels/families/all.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { compare, relativeToMax } from "../../src/check/float64/compare.ts";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { interpretTraining } from "../../src/check/validate/trajectory.ts";
import { validate } from "../../src/check/validate/validate.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Trainer } from "../../src/train/trainer.ts";

export const gpu = await device();

export { environmentOf } from "./networks.ts";

/**
 * Expects every output of a graph, fused and unfused, to equal float64 within `relative` of its largest value, and every dispatch
 * to be right on its own inputs.
 */
export async function expectReference(
  graph: Graph,
  environment: Environment,
  { step = {} as StepValues, relative = 2e-6 } = {},
): Promise<void> {
  const value = interpret(graph, new Map(environment), step);
  for (const fuse of [true, false]) {
    const storage = new Storage(gpu);
    const plan = makePlan(graph, planTarget(gpu, { fuse, kernels: allKernels }));
    const executor = await Executor.load(plan, storage);
    for (const node of graph.live().filter((n) => n.op.kernel.kind === "storage")) {
      const typed = { f32: Float32Array, u32: Uint32Array, u8: Uint8Array }[node.dtype];
      storage.write(node.label, typed.from(environment.get(node.label)!));
    }
    const { firstBad } = await validate(executor, step);
    expect(firstBad, `fuse ${fuse}`).toBeUndefined();
    executor.run([step]);
    for (const [name, node] of graph.outputs) {
      const want = value(node).data;
      const { pass, ...worst } = compare(await executor.output(name), want, relativeToMax(want, relative));
      expect(pass, `${name}, fuse ${fuse}: ${JSON.stringify(worst)}`).toBe(true);
    }
    executor.dispose();
    storage.dispose();
  }
}

/**
 * Expects a training to follow float64 for 6 steps, every kernel of a later step to be right, and the loss to fall by a
 * tenth. Disposes of the trainer.
 */
export async function expectTrains(dataset: Dataset, trainer: Trainer): Promise<void> {
  const float64 = await interpretTraining(trainer, dataset, 6);
  const { losses } = await trainer.fit(dataset, { steps: 100 });
  for (const [step, wanted] of float64.entries())
    for (const [replica, want] of wanted.entries())
      expect(Math.abs(losses[replica]![step]! / want - 1), `step ${step}`).toBeLessThan(1e-5);
  for (const own of losses) expect(own.at(-1)!).toBeLessThan(0.9 * own[0]!);
  const { executor } = await trainer.recorded(dataset);
  const { tensors, unchecked, firstBad } = await validate(
    executor,
    trainer.stepValues(dataset, trainer.step),
  );
  expect(firstBad).toBeUndefined();
  expect(unchecked).toEqual([]);
  expect(tensors.length).toBeGreaterThan(5);
  trainer.dispose();
}
