/** Runs a problem on the GPU or on the CPU. */
import type { Gpu } from "../../device/context.ts";
import { Executor, MAX_STEPS } from "../../device/executor.ts";
import { Storage } from "../../device/storage.ts";
import { planTarget } from "../../device/target.ts";
import { elements } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import { type StorageAttrs } from "../../graph/ops/source.ts";
import type { RefTensor } from "../../graph/graph.ts";
import { allKernels } from "../../compile/kernels/families/all.ts";
import { makePlan } from "../../compile/make-plan.ts";
import { type Environment, interpret } from "../float64/index.ts";
import type { Machine, Problem, Values } from "./problem.ts";

export interface OpenMachine extends Machine {
  dispose(): void;
}

/** Plans the problem's graphs for the device, as in training, and uploads the starting values. */
export async function gpuMachine(gpu: Gpu, { graphs, start }: Problem): Promise<OpenMachine> {
  const storage = new Storage(gpu);
  const options = planTarget(gpu, { kernels: allKernels });
  const executors = new Map<string, Executor>();
  const dispose = (): void => {
    for (const executor of executors.values()) executor.dispose();
    storage.dispose();
  };
  try {
    const loaded = Object.entries(graphs).map(async ([name, graph]) => {
      executors.set(name, await Executor.load(makePlan(graph, options), storage));
    });
    await Promise.all(loaded);
    for (const [name, values] of start) if (storage.has(name)) storage.write(name, values);
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    async run(graph, steps) {
      for (let from = 0; from < steps.length; from += MAX_STEPS)
        executors.get(graph)!.run(steps.slice(from, from + MAX_STEPS));
    },
    output: (graph, name) => executors.get(graph)!.output(name),
    state: (name) => storage.read(name),
    dispose,
  };
}

/** Interprets the problem's graphs in float64. Results are rounded to float32, as is the reference. */
export function cpuMachine({ graphs, start }: Problem, pause: () => Promise<void>): OpenMachine {
  const environment: Environment = new Map();
  for (const graph of Object.values(graphs)) {
    for (const node of graph.live()) {
      if (node.op.kernel.kind !== "storage") continue;
      const { name, shape, values: constants } = node.attrs as StorageAttrs;
      const values = start.get(name) ?? constants;
      environment.set(name, values ? Float64Array.from(values, Number) : new Float64Array(elements(shape)));
    }
  }
  const results = new Map<string, (node: Node) => RefTensor>();
  const rounded = (values: Values): Values => Float32Array.from(values);
  return {
    async run(graph, steps) {
      for (const step of steps) {
        results.set(graph, interpret(graphs[graph]!, environment, step));
        await pause();
      }
    },
    output: async (graph, name) => rounded(results.get(graph)!(graphs[graph]!.outputs.get(name)!).data),
    state: async (name) => rounded(environment.get(name)!),
    dispose: () => undefined,
  };
}
