/**
 * TensorFlow.js configured as its docs recommend: `fused.matMul`, `fused.conv2d`, `optimizer.minimize`, `tidy`, tensors disposed.
 * Activations that its core lacks are composed as in its layers package.
 */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-backend-webgpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import {
  BETAS,
  EPSILON,
  MOMENTUM,
  batchOf,
  oneHot,
  type KernelWork,
  type Peer,
  type ActivationTask,
  type ConvTask,
  type MatmulTask,
  type TrainingTask,
  type TrainingWork,
} from "./peer.ts";

type Backend = "webgpu" | "wasm";

/** @param wasmFiles URLs of the wasm backend's files, by name; only that backend needs them */
export async function tfjsPeer(backend: Backend, wasmFiles?: Record<string, string>): Promise<Peer> {
  if (wasmFiles !== undefined) setWasmPaths(wasmFiles);
  const use = async (): Promise<void> => {
    if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`);
  };
  await use();
  return {
    name: backend === "webgpu" ? "tfjs" : "tfjs-wasm",
    activation: async (task) => (await use(), activationWork(use, task)),
    matmul: async (task) => (await use(), matmulWork(use, task)),
    conv: async (task) => (await use(), convWork(use, task)),
    training: async (task) => (await use(), trainingWork(use, task)),
  };
}

/** Repeats a function of tensors, and waits for the last result by reading one number of it. */
function repeat(use: () => Promise<void>, inputs: readonly tf.Tensor[], f: () => tf.Tensor[]): KernelWork {
  let results: tf.Tensor[] = [];
  return {
    async run(times) {
      await use();
      for (let i = 0; i < times; i++) {
        tf.dispose(results);
        results = tf.tidy(f);
      }
      const one = tf.tidy(() => results.at(-1)!.flatten().slice(0, 1));
      await one.data();
      one.dispose();
    },
    async read() {
      await use();
      const read: Float32Array[] = [];
      for (const tensor of results) read.push(await tensor.data<"float32">());
      return read;
    },
    dispose() {
      tf.dispose(results);
      tf.dispose([...inputs]);
    },
  };
}

const activations: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  relu: tf.relu,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  elu: tf.elu,
  selu: tf.selu,
  softplus: tf.softplus,
  leaky_relu: (x) => tf.leakyRelu(x, 0.01),
  relu6: tf.relu6,
  logsigmoid: tf.logSigmoid,
  softsign: (x) => tf.div(x, tf.add(tf.abs(x), 1)),
  softmax: (x) => tf.softmax(x),
  log_softmax: (x) => tf.logSoftmax(x),
  gelu: (x) => tf.mul(0.5, tf.mul(x, tf.add(1, tf.erf(tf.div(x, Math.SQRT2))))),
  gelu_tanh: (x) =>
    tf.mul(
      tf.mul(0.5, x),
      tf.add(1, tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3)))))),
    ),
  silu: (x) => tf.mul(tf.sigmoid(x), x),
  mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
};

function activationWork(use: () => Promise<void>, { name, shape, x, gy }: ActivationTask): KernelWork {
  const f = activations[name];
  if (f === undefined) throw new Error(`has no ${name}`);
  const input = tf.tensor(x, [...shape]);
  if (gy === undefined) return repeat(use, [input], () => [f(input)]);
  const upstream = tf.tensor(gy, [...shape]);
  const both = tf.valueAndGrad(f);
  return repeat(use, [input, upstream], () => {
    const { value, grad } = both(input, upstream);
    return [value, grad];
  });
}

function matmulWork(use: () => Promise<void>, { form, m, n, k, a, b }: MatmulTask): KernelWork {
  const left = tf.tensor2d(a, form === "atb" ? [k, m] : [m, k]);
  const right = tf.tensor2d(b, form === "abt" ? [n, k] : [k, n]);
  const transposeA = form === "atb";
  const transposeB = form === "abt";
  return repeat(use, [left, right], () => [tf.fused.matMul({ a: left, b: right, transposeA, transposeB })]);
}

function convWork(use: () => Promise<void>, task: ConvTask): KernelWork {
  const { batch, size, channels, features } = task;
  const x = tf.tensor4d(task.x, [batch, size, size, channels]);
  const w = tf.tensor4d(task.w, [3, 3, channels, features]);
  const conv = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
  if (task.gy === undefined) return repeat(use, [x, w], () => [conv(x, w)]);
  const gy = tf.tensor4d(task.gy, [batch, size, size, features]);
  const both = tf.valueAndGrads(conv);
  return repeat(use, [x, w, gy], () => {
    const { value, grads } = both([x, w], gy);
    return [value, ...grads];
  });
}

/** One model: its variables, its optimizer, and a step on a batch. */
interface Model {
  readonly step: (batch: number, returnCost: boolean) => tf.Scalar | null;
  dispose(): void;
}

/** Replicas are separate models that take turns, because the peer cannot train several at once. */
function trainingWork(use: () => Promise<void>, task: TrainingTask): TrainingWork {
  const { batches, batch, sizes, replicas, convs } = task;
  const sample = convs[0] === undefined ? [sizes[0]!] : [convs[0].size, convs[0].size, 1];
  const ready = batches.map((_, i) => {
    const { x, labels } = batchOf(task, i);
    const classes = sizes.at(-1)!;
    return [
      tf.tensor(x, [batch, ...sample]),
      tf.tensor2d(oneHot(labels, classes), [batch, classes]),
    ] as const;
  });
  const models = Array.from({ length: replicas }, () => model(task, ready));
  let steps = 0;
  return {
    async run(times) {
      await use();
      for (let i = 0; i < times - 1; i++, steps++) for (const { step } of models) step(steps, false);
      // reading the last loss waits for the GPU
      const costs = models.map(({ step }) => step(steps, true)!);
      steps++;
      await costs.at(-1)!.data();
      tf.dispose(costs);
    },
    async losses(count) {
      await use();
      const found: number[][] = [];
      for (let i = 0; i < count; i++, steps++) {
        const costs = models.map(({ step }) => step(steps, true)!);
        const values: number[] = [];
        for (const cost of costs) values.push((await cost.data())[0]!);
        tf.dispose(costs);
        found.push(values);
      }
      return found;
    },
    dispose() {
      for (const each of models) each.dispose();
      for (const [x, y] of ready) tf.dispose([x, y]);
    },
  };
}

const optimizers = {
  sgd: (lr: number) => tf.train.sgd(lr),
  momentum: (lr: number) => tf.train.momentum(lr, MOMENTUM),
  adam: (lr: number) => tf.train.adam(lr, BETAS[0], BETAS[1], EPSILON),
} as const;

function model(task: TrainingTask, batches: readonly (readonly [tf.Tensor, tf.Tensor2D])[]): Model {
  const { convs, layers, activation, optimizer: kind, lr } = task;
  const kernels = convs.map(({ channels, features, weight, bias }) => ({
    filter: tf.tidy(() => tf.variable(tf.tensor4d(weight, [3, 3, channels, features]))),
    bias: tf.tidy(() => tf.variable(tf.tensor1d(bias))),
  }));
  const variables = layers.map(({ inputs, outputs, weight, bias }) => ({
    weight: tf.tidy(() => tf.variable(tf.tensor2d(weight, [inputs, outputs]))),
    bias: tf.tidy(() => tf.variable(tf.tensor1d(bias))),
  }));
  const trained: tf.Variable[] = [
    ...kernels.flatMap(({ filter, bias }) => [filter, bias]),
    ...variables.flatMap(({ weight, bias }) => [weight, bias]),
  ];
  const optimizer = optimizers[kind](lr);
  const forward = (x: tf.Tensor): tf.Tensor => {
    let a = x;
    for (const { filter, bias } of kernels) {
      const fused = activation === "relu" ? "relu" : "linear";
      const image = a as tf.Tensor4D;
      const y = tf.fused.conv2d({ x: image, filter, bias, strides: 1, pad: "same", activation: fused });
      a = tf.maxPool(activation === "tanh" ? tf.tanh(y) : y, 2, 2, "valid");
    }
    if (kernels.length > 0) a = tf.reshape(a, [a.shape[0]!, -1]);
    for (const [i, { weight: b, bias }] of variables.entries()) {
      const last = i === variables.length - 1;
      const fused = activation === "relu" && !last ? "relu" : "linear";
      a = tf.fused.matMul({ a, b, bias, activation: fused });
      if (activation === "tanh" && !last) a = tf.tanh(a);
    }
    return a;
  };
  return {
    step(index, returnCost) {
      const [x, y] = batches[index % batches.length]!;
      const cost = (): tf.Scalar => tf.losses.softmaxCrossEntropy(y, forward(x)).asScalar();
      return optimizer.minimize(cost, returnCost, trained);
    },
    dispose() {
      optimizer.dispose();
      tf.dispose(trained);
    },
  };
}
