/** actigrad as users run it: recorded plans, as many steps per submit as fit. */
import {
  Executor,
  Graph,
  MAX_STEPS,
  Storage,
  Trainer,
  activations,
  adam,
  conv2d,
  crossEntropy,
  findActivation,
  flatten,
  linear,
  makePlan,
  maxPool2d,
  mlp,
  sequential,
  sgd,
  unflatten,
  type ClassDataset,
  type Gpu,
  type Model,
  type Node,
  planTarget,
} from "../../src/index.ts";
import { allKernels } from "../../src/compile/kernels/families/all.ts";
import { savedOf } from "../../src/graph/graph.ts";
import { activation, activationGrad } from "../../src/graph/ops/activation.ts";
import { assign } from "../../src/graph/ops/assign.ts";
import { conv2dOp } from "../../src/graph/ops/conv.ts";
import { matmul } from "../../src/graph/ops/matmul.ts";
import { logSoftmax, logSoftmaxGrad, softmax, softmaxGrad } from "../../src/graph/ops/softmax.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import {
  BETAS,
  EPSILON,
  MOMENTUM,
  channelsFirst,
  permuted,
  type ActivationTask,
  type ConvTask,
  type KernelWork,
  type Peer,
  type MatmulTask,
  type TrainingTask,
  type TrainingWork,
} from "./peer.ts";

/** Seed of the order in which the trainer draws its batches; the peers get their batches in the same order. */
export const DATA_SEED = 0;
/** Milliseconds of work per submit, as in a page. */
const BUDGET_MS = 100;

export const actigradPeer = (gpu: Gpu): Peer => ({
  name: "actigrad",
  activation: (task) => kernelWork(gpu, (graph) => activationNodes(graph, task)),
  matmul: (task) => kernelWork(gpu, (graph) => matmulNodes(graph, task)),
  conv: (task) => kernelWork(gpu, (graph) => convNodes(graph, task)),
  training: (task) => trainingWork(gpu, task),
});

/** Waits for the GPU by reading four bytes, as the peers do: a page learns of that sooner than of an idle queue. */
class Waiter {
  readonly #gpu: Gpu;
  readonly #buffers: readonly [from: GPUBuffer, to: GPUBuffer];

  constructor(gpu: Gpu) {
    const { device } = gpu;
    this.#gpu = gpu;
    const { COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
    this.#buffers = [
      device.createBuffer({ size: 4, usage: COPY_SRC }),
      device.createBuffer({ size: 4, usage: MAP_READ | COPY_DST }),
    ];
  }

  async wait(): Promise<void> {
    const [from, to] = this.#buffers;
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, 4);
    device.queue.submit([encoder.finish()]);
    await this.#gpu.wait(to.mapAsync(GPUMapMode.READ));
    to.unmap();
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

/** A graph's inputs by name, and the names of its outputs. */
interface Kernels {
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly outputs: readonly string[];
}

/** Activations along rows are separate ops. */
const alongRows = {
  softmax: { forward: softmax, backward: softmaxGrad },
  log_softmax: { forward: logSoftmax, backward: logSoftmaxGrad },
} as const;

const rowOp = (name: string): (typeof alongRows)[keyof typeof alongRows] | undefined =>
  name === "softmax" || name === "log_softmax" ? alongRows[name] : undefined;

/** Records forward and backward together, as the peers do in one function. */
function activationNodes(graph: Graph, { name, shape, x, gy }: ActivationTask): Kernels {
  const type = [1, ...shape];
  const input = data(graph, "x", type);
  const node = rowOp(name)?.forward(input) ?? activation(findActivation(name), input);
  const y = assign(state(graph, "y", type), node);
  if (gy === undefined) return { inputs: { x }, outputs: ["y"] };
  const upstream = data(graph, "gy", type);
  assign(state(graph, "dx", type), gradient(name, input, y, node, upstream));
  return { inputs: { x, gy }, outputs: ["y", "dx"] };
}

function gradient(name: string, x: Node, y: Node, node: Node, gy: Node): Node {
  const { graph } = x;
  const along = rowOp(name);
  if (along !== undefined) return graph.add(along.backward, [y, gy], { axis: 2 });
  const record = findActivation(name);
  const saved = record.saves === "y" ? y : x;
  return graph.add(activationGrad, [saved, gy, ...node.inputs.slice(1)], { record });
}

function matmulNodes(graph: Graph, { form, m, n, k, a, b }: MatmulTask): Kernels {
  const left = data(graph, "a", form === "atb" ? [1, k, m] : [1, m, k]);
  const right = data(graph, "b", form === "abt" ? [1, n, k] : [1, k, n]);
  assign(state(graph, "c", [1, m, n]), matmul(left, right, form));
  return { inputs: { a, b }, outputs: ["c"] };
}

function convNodes(graph: Graph, { batch, size, channels, features, x, w, gy }: ConvTask): Kernels {
  const image = data(graph, "x", [1, batch, size, size, channels]);
  const weight = data(graph, "w", [1, 1, 9 * channels, features]);
  const window = { kernel: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1] } as const;
  const sizes = { input: [size, size, channels], outputs: features };
  const node = graph.add(conv2dOp, [image, weight], { ...window, ...sizes, groups: 1, bias: false });
  assign(state(graph, "y", node.shape), node);
  if (gy === undefined) return { inputs: { x, w }, outputs: ["y"] };
  const [dx, dw] = conv2dOp.vjp!(savedOf(node), data(graph, "gy", node.shape)) as [Node, Node];
  assign(state(graph, "dx", image.shape), dx);
  assign(state(graph, "dw", weight.shape), dw);
  return { inputs: { x, w, gy }, outputs: ["y", "dx", "dw"] };
}

async function kernelWork(gpu: Gpu, build: (graph: Graph) => Kernels): Promise<KernelWork> {
  const graph = new Graph();
  const { inputs, outputs } = build(graph);
  const storage = new Storage(gpu);
  const plan = makePlan(graph, planTarget(gpu, { kernels: allKernels }));
  const executor = await Executor.load(plan, storage);
  for (const [name, values] of Object.entries(inputs)) storage.write(name, values);
  const waiter = new Waiter(gpu);
  return {
    async run(times) {
      for (let left = times; left > 0; left -= MAX_STEPS) {
        executor.run(Array.from({ length: Math.min(left, MAX_STEPS) }, () => ({})));
      }
      await waiter.wait();
    },
    async read() {
      const read: Float32Array[] = [];
      for (const name of outputs) read.push((await storage.read(name)) as Float32Array);
      return read;
    },
    dispose() {
      executor.dispose();
      storage.dispose();
      waiter.dispose();
    },
  };
}

/** Keeps bytes as bytes: our step picks its rows and converts them itself, work that the peers are spared. */
function datasetOf({ rows, sizes }: TrainingTask): ClassDataset {
  const { x, scale, labels } = rows;
  const bytes = x instanceof Uint8Array ? { normalise: { scale, shift: 0 } } : {};
  const about = { kind: "classes", name: "comparison", shape: [sizes[0]!], classes: sizes.at(-1)! } as const;
  return { ...about, rows: labels.length, x, labels, ...bytes };
}

const optimizers = {
  sgd: (lr: number) => sgd({ lr }),
  momentum: (lr: number) => sgd({ lr, momentum: MOMENTUM }),
  adam: (lr: number) => adam({ lr, betas: BETAS, eps: EPSILON }),
} as const;

function modelOf({ sizes, convs, activation }: TrainingTask): Model {
  const act = activations[activation];
  if (convs.length === 0) {
    const hidden = sizes.slice(1, -1);
    return mlp({ inputs: sizes[0]!, hidden, outputs: sizes.at(-1)!, activations: [activation] });
  }
  const last = convs.at(-1)!;
  const flat = Math.floor(last.size / 2) ** 2 * last.features;
  const dense = sizes.slice(1).map((outputs, i) => linear(i === 0 ? flat : sizes[i]!, outputs));
  return sequential(
    unflatten([1, convs[0]!.size, convs[0]!.size]),
    ...convs.flatMap(({ channels, features }) => [
      conv2d(channels, features, 3, { padding: 1 }),
      act,
      maxPool2d(2),
    ]),
    flatten(),
    ...dense.flatMap((layer, i) => (i === dense.length - 1 ? [layer] : [layer, act])),
  );
}

async function trainingWork(gpu: Gpu, task: TrainingTask): Promise<TrainingWork> {
  const { batch, replicas, optimizer, lr } = task;
  const trainer = await Trainer.create(gpu, {
    model: modelOf(task),
    loss: crossEntropy(),
    optimizer: optimizers[optimizer](lr),
    batch,
    seeds: Array.from({ length: replicas }, (_, i) => i),
    dataSeed: DATA_SEED,
  });
  const names = [...(await trainer.weights()).keys()]; // a weight and a bias per layer, in order
  const weights = new Map<string, { shape: number[]; data: Float32Array }>();
  // PyTorch's layouts: [features, channels, 3, 3] and [outputs, inputs].
  for (const { channels, features, weight, bias } of task.convs) {
    const data = permuted(weight, [3, 3, channels, features], [3, 2, 0, 1]);
    weights.set(names[weights.size]!, { shape: [features, channels, 3, 3], data });
    weights.set(names[weights.size]!, { shape: [features], data: bias });
  }
  for (const [i, layer] of task.layers.entries()) {
    const { inputs, outputs, bias } = layer;
    const rows = channelsFirst(layer, i === 0 ? task.convs.at(-1) : undefined);
    weights.set(names[weights.size]!, {
      shape: [outputs, inputs],
      data: permuted(rows, [inputs, outputs], [1, 0]),
    });
    weights.set(names[weights.size]!, { shape: [outputs], data: bias });
  }
  trainer.setWeights(weights);
  const dataset = datasetOf(task);
  const { executor } = await trainer.recorded(dataset);
  const waiter = new Waiter(gpu);
  let stepsPerSubmit = 1;
  return {
    async run(times) {
      const begin = performance.now();
      for (let left = times; left > 0;) {
        const count = Math.min(left, stepsPerSubmit);
        executor.run(Array.from({ length: count }, (_, i) => trainer.stepValues(dataset, trainer.step + i)));
        trainer.step += count;
        left -= count;
      }
      await waiter.wait();
      const fitting = Math.floor((BUDGET_MS * times) / (performance.now() - begin));
      stepsPerSubmit = Math.max(1, Math.min(MAX_STEPS, fitting, stepsPerSubmit * 2));
    },
    async losses(steps) {
      const { losses } = await trainer.fit(dataset, { steps, stepsPerSubmit: 1 });
      return Array.from({ length: steps }, (_, step) => losses.map((replica) => replica[step]!));
    },
    dispose() {
      trainer.dispose();
      waiter.dispose();
    },
  };
}
