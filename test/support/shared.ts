import { compare, relativeToMax } from "../../src/check/float64/compare.ts";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { allKernels } from "../../src/compile/kernels/families/all.ts";
import { partsOf } from "../../src/compile/kernels/shared/tile.ts";
import type { MatmulTile, TileChoice } from "../../src/compile/kernels/target.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { device } from "../../src/device/context.ts";
import { Executor } from "../../src/device/executor.ts";
import { Storage } from "../../src/device/storage.ts";
import { planTarget } from "../../src/device/target.ts";
import type { Graph, StepValues } from "../../src/graph/graph.ts";
import { expect } from "vitest";

/** The kernels for a GPU, run on the present adapter at the default limits. */
export const gpu = await device({ kernels: "gpu", defaultLimits: true });

/** The smallest tiles, by parts: a software adapter compiles large ones slowly. */
export const smallest: TileChoice = (_, sizes) => {
  const parts = partsOf(sizes);
  return { rows: 4, slots: 1, workgroup: 4 * parts, shared: { across: 2, depth: parts === 16 ? 4 : 8 } };
};

interface RunOptions {
  readonly step?: StepValues;
  readonly tile?: MatmulTile | TileChoice;
}

/** Runs a graph once. @returns its outputs by name, and the variants of its kernels */
export async function run(
  graph: Graph,
  environment: Environment,
  { step = {}, tile }: RunOptions = {},
): Promise<{ results: Map<string, Float32Array>; variants: string[] }> {
  const storage = new Storage(gpu);
  const pinned = tile === undefined ? {} : { tile };
  const plan = makePlan(graph, planTarget(gpu, { kernels: allKernels, ...pinned }));
  const executor = await Executor.load(plan, storage);
  for (const node of graph.live().filter((n) => n.op.kernel.kind === "storage")) {
    const typed = { f32: Float32Array, u32: Uint32Array, u8: Uint8Array }[node.dtype];
    storage.write(node.label, typed.from(environment.get(node.label)!));
  }
  executor.run([step]);
  const results = new Map<string, Float32Array>();
  for (const name of graph.outputs.keys()) results.set(name, (await executor.output(name)) as Float32Array);
  executor.dispose();
  storage.dispose();
  return { results, variants: plan.dispatches.flatMap(({ kernel: { variant } }) => variant ?? []) };
}

/** Expects float64's results, within `relative` of each output's maximum. @returns the variants of the kernels */
export async function expectReference(
  graph: Graph,
  environment: Environment,
  { relative = 2e-6, ...options }: RunOptions & { readonly relative?: number } = {},
): Promise<readonly string[]> {
  const value = interpret(graph, new Map(environment), options.step ?? {});
  const { results, variants } = await run(graph, environment, options);
  for (const [name, got] of results) {
    const want = value(graph.outputs.get(name)!).data;
    const { pass, ...worst } = compare(got, want, relativeToMax(want, relative));
    expect(pass, `${name}: ${JSON.stringify(worst)}`).toBe(true);
  }
  return variants;
}
