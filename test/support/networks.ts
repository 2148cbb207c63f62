import type { Activation } from "../../src/activations/activation.ts";
import { normal } from "../../src/core/random.ts";
import { type Shape, elements } from "../../src/core/shape.ts";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { allKernels } from "../../src/compile/kernels/families/all.ts";
import { activation } from "../../src/graph/ops/activation.ts";
import { crossEntropyRows } from "../../src/graph/ops/crossEntropy.ts";
import { matmul } from "../../src/graph/ops/matmul.ts";
import { mean } from "../../src/graph/ops/mean.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import type { PlanOptions } from "../../src/compile/lower.ts";
import type { Environment } from "../../src/check/float64/interpret.ts";

/** A target with WebGPU's default limits, for plans that no device runs. */
export const paperTarget: PlanOptions = {
  software: true,
  maxStorageBuffers: 8,
  maxWorkgroups: 65_535,
  maxBindingBytes: 2 ** 27,
  fuse: true,
  kernels: allKernels,
};

export interface Network {
  readonly graph: Graph;
  readonly loss: Node;
  readonly parameters: readonly Node[];
  readonly environment: Environment;
}

/** Normal numbers that are exact in float32. */
export const numbers = (seed: number, shape: Shape, scale = 1): Float64Array =>
  Float64Array.from(normal(seed, 1, elements(shape)), (v) => Math.fround(v * scale));

/** x - linear - activation - linear - cross entropy, R replicas, with values for everything. */
export function smallNetwork(record: Activation, replicas = 2, batch = 6): Network {
  const graph = new Graph();
  const x = data(graph, "x", [1, batch, 5]);
  const labels = data(graph, "labels", [1, batch, 1], "u32");
  const w1 = state(graph, "w1", [replicas, 6, 7]);
  const w2 = state(graph, "w2", [replicas, 8, 3]);
  const logits = matmul(activation(record, matmul(x, w1, "ab", true)), w2, "ab", true);
  const loss = mean(crossEntropyRows(logits, labels), [1]);
  graph.output("loss", loss);
  const environment: Environment = new Map([
    ["x", numbers(1, x.shape)],
    ["labels", Float64Array.from({ length: batch }, (_, i) => i % 3)],
    ["w1", numbers(2, w1.shape, 0.5)],
    ["w2", numbers(3, w2.shape, 0.5)],
  ]);
  return { graph, loss, parameters: [w1, w2], environment };
}

/** Normal numbers for all data and states of a graph, zeros for those that the test picks. */
export const environmentOf = (graph: Graph, isZero: (name: string) => boolean = () => false): Environment =>
  new Map(
    graph.nodes
      .filter((n) => n.op.kernel.kind === "storage")
      .map((n, i) => [
        n.label,
        isZero(n.label) ? new Float64Array(elements(n.shape)) : numbers(i + 1, n.shape),
      ]),
  );
