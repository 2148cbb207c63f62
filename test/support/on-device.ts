import { expect } from "vitest";
import { device } from "../../src/device/context.ts";
import { Executor } from "../../src/device/executor.ts";
import { Storage } from "../../src/device/storage.ts";
import { planTarget } from "../../src/device/target.ts";
import type { Graph, StepValues } from "../../src/graph/graph.ts";
import { allKernels } from "../../src/compile/kernels/families/all.ts";
import { makePlan } from "../../src/compile/lower.ts";
import { compare, relativeToMax } from "../../src/check/float64/compare.ts";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { validate } from "../../src/check/validate/validate.ts";

export const gpu = await device();

export { environmentOf } from "./networks.ts";

/**
 * Expects every output of a graph, fused and unfused, to be what float64 gives, within `relative` of its largest value,
 * and every dispatch to be right on its own inputs.
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
