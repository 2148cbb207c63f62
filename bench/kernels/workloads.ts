/** What `npm run kernels` writes: plans by name, made without a device. A new one is a line here. */
import { activations, findActivation } from "../../src/activations/index.ts";
import { unknownName } from "../../src/core/errors.ts";
import type { ClassDataset, ValueDataset } from "../../src/data/dataset.ts";
import { Graph, type Node, savedOf } from "../../src/graph/graph.ts";
import { allKernels } from "../../src/compile/kernels/families/all.ts";
import { shared } from "../../src/compile/kernels/shared/index.ts";
import { groupedActivations } from "../../src/nn/grouped.ts";
import { type Loss, losses, network } from "../../src/nn/index.ts";
import { parseActivation } from "../../src/nn/parse.ts";
import { gpt } from "../../src/nn/sequence/gpt.ts";
import { activation, activationGrad } from "../../src/graph/ops/activation.ts";
import { assign } from "../../src/graph/ops/assign.ts";
import { conv2dOp } from "../../src/graph/ops/conv.ts";
import { matmul } from "../../src/graph/ops/matmul.ts";
import { softmax, softmaxGrad } from "../../src/graph/ops/softmax.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import { parameterGroup } from "../../src/optim/groups.ts";
import { type Optimizer, adam, adamW, optimizers } from "../../src/optim/index.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { type PlanOptions } from "../../src/compile/lower.ts";
import type { Plan } from "../../src/compile/plan.ts";
import { confusion, topK } from "../../src/train/metrics.ts";
import { dataTensors, evaluationGraph, sourceOf, trainingGraph } from "../../src/train/step.ts";
import { tokenDataset } from "../../src/train/tokens.ts";

/** Two adapters to plan for: a GPU, and the software adapter of Chromium. */
export const adapters = {
  gpu: {
    software: false,
    quads: false,
    maxBindingBytes: 2 ** 31,
    shared,
  },
  software: { software: true, quads: true, maxBindingBytes: 2 ** 27 },
} as const satisfies Record<string, Partial<PlanOptions>>;

/** A name of an adapter to plan for. */
export type AdapterName = keyof typeof adapters;

type Build = (options: PlanOptions) => Plan;

const images: ClassDataset = {
  kind: "classes",
  name: "images",
  rows: 60_000,
  shape: [28, 28],
  x: new Uint8Array(0),
  labels: new Uint32Array(0),
  classes: 10,
  normalise: { scale: 1 / 255, shift: -0.5 },
};
const values: ValueDataset = {
  kind: "values",
  name: "values",
  rows: 1000,
  shape: [10],
  x: new Float32Array(0),
  targets: new Float32Array(0),
  width: 10,
};

interface StepOptions {
  readonly model?: "mlp" | "cnn" | "resnet";
  readonly hidden?: readonly number[];
  readonly activation?: string;
  readonly batch: number;
  readonly loss?: Loss;
  readonly optimizer?: Optimizer;
  readonly replicas?: number;
}

/** A training step, of images unless the loss wants values. */
const step =
  ({ model = "mlp", hidden = [], activation: name = "relu", batch, ...rest }: StepOptions): Build =>
  (options) => {
    const { loss = losses.cross_entropy.make({}), optimizer = adam({ lr: 1e-3 }), replicas = 1 } = rest;
    const dataset = loss.targets === "values" ? values : images;
    const inputs = dataset.shape.reduce((a, b) => a * b, 1);
    const net = network({
      model,
      inputs,
      hidden,
      outputs: 10,
      activations: [name],
      ...(dataset.kind === "classes" && { sample: dataset.shape }),
    });
    const spec = { model: net, loss, replicas, batch };
    const { graph } = trainingGraph(spec, dataset, dataTensors(dataset, "data"), optimizer, 1);
    return makePlan(graph, options);
  };

/** A training step of a small GPT with AdamW: characters in windows of `context`. */
const gptStep =
  (name: string, { context = 64, batch = 16, layers = 4 } = {}): Build =>
  (options) => {
    const vocabulary = 83;
    const tokens = Uint32Array.from({ length: 2 * context + 2 }, (_, i) => i % vocabulary);
    const dataset = tokenDataset(tokens, { name: "tokens", context, vocabulary });
    const model = gpt({
      vocabulary,
      context,
      layers,
      heads: 4,
      width: 128,
      activation: parseActivation(name),
    });
    const spec = { model, loss: losses.cross_entropy.make({}), replicas: 1, batch };
    const optimizer = adamW({ lr: 1e-3, groups: [parameterGroup("*bias*", { weightDecay: 0 })] });
    const { graph } = trainingGraph(spec, dataset, sourceOf(dataset)!.tensors("data"), optimizer, 1);
    return makePlan(graph, options);
  };

/** An evaluation of a perceptron by images, with everything that it may count. */
const evaluation: Build = (options) => {
  const net = network({ inputs: 784, hidden: [256, 128], outputs: 10, activations: ["relu"] });
  const spec = { model: net, loss: losses.cross_entropy.make({}), replicas: 2, batch: 1000 };
  const tensors = dataTensors(images, "data");
  return makePlan(evaluationGraph(spec, images, tensors, [topK(5), confusion()]), options);
};

/** Ops on their own, their results kept. */
const ops =
  (build: (graph: Graph) => Readonly<Record<string, Node>>): Build =>
  (options) => {
    const graph = new Graph();
    for (const [name, node] of Object.entries(build(graph))) assign(state(graph, name, node.shape), node);
    return makePlan(graph, options);
  };

const product = (form: "ab" | "atb" | "abt", n: number): Build =>
  ops((graph) => ({ c: matmul(data(graph, "a", [1, n, n]), data(graph, "b", [1, n, n]), form) }));

const conv3x3 = ops((graph) => {
  const [batch, size, channels, outputs] = [64, 28, 32, 64];
  const x = data(graph, "x", [1, batch, size, size, channels]);
  const weight = data(graph, "w", [1, 1, 9 * channels, outputs]);
  const y = graph.add(conv2dOp, [x, weight], {
    kernel: [3, 3],
    stride: [1, 1],
    padding: [1, 1],
    dilation: [1, 1],
    input: [size, size, channels],
    outputs,
    groups: 1,
    bias: false,
  });
  const [dx, dw] = conv2dOp.vjp!(savedOf(y), data(graph, "gy", y.shape));
  return { y, dx: dx!, dw: dw! };
});

const softmaxRows = (rows: number, n: number): Build =>
  ops((graph) => {
    const x = data(graph, "x", [1, rows, n]);
    const y = assign(state(graph, "y", x.shape), softmax(x));
    return { dx: graph.add(softmaxGrad, [y, data(graph, "gy", x.shape)], { axis: 2 }) };
  });

const pointwise = (name: string): Build =>
  ops((graph) => {
    const record = findActivation(name);
    const x = data(graph, "x", [1, 4096, 1024]);
    const node = activation(record, x);
    const y = assign(state(graph, "y", x.shape), node);
    const gy = data(graph, "gy", x.shape);
    const saved = record.saves === "y" ? y : x;
    return { dx: graph.add(activationGrad, [saved, gy, ...node.inputs.slice(1)], { record }) };
  });

const named = <T>(prefix: string, names: readonly string[], build: (name: string) => T): Record<string, T> =>
  Object.fromEntries(names.map((name) => [`${prefix}-${name}`, build(name)]));

/** Plans by name. */
export const workloads: Readonly<Record<string, Build>> = {
  ...named("matmul-ab", ["1024", "4096"], (n) => product("ab", Number(n))),
  ...named("matmul-atb", ["1024", "4096"], (n) => product("atb", Number(n))),
  ...named("matmul-abt", ["1024", "4096"], (n) => product("abt", Number(n))),
  "mlp-1024": step({ hidden: [1024, 1024], batch: 256 }),
  "mlp-256": step({ hidden: [256, 128], batch: 128 }),
  "mlp-replicas": step({ hidden: [32, 32], batch: 100, replicas: 32 }),
  conv3x3,
  ...named("softmax", ["4096x1024", "8192x128"], (size) => {
    const [rows, n] = size.split("x").map(Number) as [number, number];
    return softmaxRows(rows, n);
  }),
  ...named("pointwise", ["relu", "gelu"], pointwise),
  evaluation,
  ...named("cnn", ["relu", "gelu", "swiglu"], (name) => step({ model: "cnn", activation: name, batch: 64 })),
  ...named("resnet", ["relu", "silu"], (name) => step({ model: "resnet", activation: name, batch: 64 })),
  ...named("gpt", ["gelu", "swiglu"], (name) => gptStep(name)),
  "gpt-long": gptStep("gelu", { context: 512, batch: 2, layers: 1 }),
  ...named("step", [...Object.keys(activations), ...Object.keys(groupedActivations)], (name) =>
    step({ hidden: [128], activation: name, batch: 100 }),
  ),
  ...named("optimizer", Object.keys(optimizers), (name) =>
    step({
      hidden: [32],
      batch: 100,
      optimizer: optimizers[name as keyof typeof optimizers].make({ lr: 0.01 }),
    }),
  ),
  ...named("loss", Object.keys(losses), (name) =>
    step({ hidden: [32], batch: 100, loss: losses[name as keyof typeof losses].make({}) }),
  ),
};

/** The plan of a workload for an adapter, at WebGPU's default limits. @throws ActigradError "option" for an unknown name */
export function planOf(workload: string, adapter: AdapterName): Plan {
  const build = workloads[workload];
  if (build === undefined) throw unknownName("workload", workload, Object.keys(workloads));
  const limits = { maxStorageBuffers: 8, maxWorkgroups: 65_535, fuse: true, kernels: allKernels };
  return build({ ...limits, ...adapters[adapter] });
}
