/**
 * jax-js configured as its docs recommend: one `jit` of value-and-grad plus update, `vmap` over replicas. An array is either
 * consumed or referenced with `.ref`, as its ownership rules require.
 */
import {
  type Array as JaxArray,
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
  vjp,
  vmap,
} from "@jax-js/jax";
import {
  BETAS,
  EPSILON,
  MOMENTUM,
  batchOf,
  channelsFirst,
  oneHot,
  permuted,
  type KernelWork,
  type Peer,
  type ActivationTask,
  type ConvTask,
  type MatmulTask,
  type TrainingTask,
  type TrainingWork,
} from "./peer.ts";

type Device = "webgpu" | "wasm";

export async function jaxPeer(device: Device): Promise<Peer> {
  const devices = await init(device);
  if (!devices.includes(device)) throw new Error(`jax-js has no device ${device} here`);
  const use = (): void => void defaultDevice(device);
  return {
    name: device === "webgpu" ? "jax" : "jax-wasm",
    activation: async (task) => (use(), activationWork(use, task)),
    matmul: async (task) => (use(), matmulWork(use, task)),
    conv: async (task) => (use(), convWork(use, task)),
    training: async (task) => (use(), trainingWork(use, task)),
  };
}

const array = (values: Float32Array, shape: readonly number[]): JaxArray =>
  np.array(values as Float32Array<ArrayBuffer>, { shape: [...shape] });

/**
 * Repeats a compiled function of constant arrays and waits for the last result. Arrays are lazy: a result that nobody requests is
 * never computed. On the GPU, requesting its buffer submits the work without waiting.
 */
function repeat(
  use: () => void,
  inputs: JaxArray[],
  f: (...args: JaxArray[]) => JaxArray[],
  end: () => void,
): KernelWork {
  let results: JaxArray[] = [];
  return {
    async run(times) {
      use();
      for (let i = 0; i < times; i++) {
        tree.dispose(results);
        results = f(...inputs.map((input) => input.ref));
        if (results[0]!.device !== "webgpu") await blockUntilReady(results);
        else await Promise.all(results.map((result) => result.ref.gpuBuffer()));
      }
      await blockUntilReady(results);
    },
    async read() {
      const read: Float32Array[] = [];
      for (const result of results) read.push((await result.ref.data()) as Float32Array);
      return read;
    },
    dispose() {
      tree.dispose(results);
      tree.dispose(inputs);
      end();
    },
  };
}

const activations: Readonly<Record<string, (x: JaxArray) => JaxArray>> = {
  relu: nn.relu,
  sigmoid: nn.sigmoid,
  tanh: np.tanh,
  elu: (x) => nn.elu(x),
  selu: nn.selu,
  softplus: nn.softplus,
  leaky_relu: (x) => nn.leakyRelu(x),
  relu6: nn.relu6,
  celu: (x) => nn.celu(x),
  logsigmoid: nn.logSigmoid,
  softsign: nn.softSign,
  hardsigmoid: nn.hardSigmoid,
  hardswish: nn.hardSilu,
  hardtanh: nn.hardTanh,
  softmax: (x) => nn.softmax(x),
  log_softmax: (x) => nn.logSoftmax(x),
  gelu: (x) => nn.gelu(x, { approximate: false }),
  gelu_tanh: (x) => nn.gelu(x, { approximate: true }),
  silu: nn.silu,
  mish: nn.mish,
};

function activationWork(use: () => void, { name, shape, x, gy }: ActivationTask): KernelWork {
  const f = activations[name];
  if (f === undefined) throw new Error(`has no ${name}`);
  if (gy === undefined) {
    const forward = jit((x: JaxArray) => [f(x)]);
    return repeat(use, [array(x, shape)], forward, () => forward.dispose());
  }
  const both = jit((x: JaxArray, gy: JaxArray) => {
    const [y, pull] = vjp(f, [x]);
    const [dx] = pull(gy) as [JaxArray];
    pull.dispose();
    return [y, dx];
  });
  return repeat(use, [array(x, shape), array(gy, shape)], both, () => both.dispose());
}

function matmulWork(use: () => void, { form, m, n, k, a, b }: MatmulTask): KernelWork {
  const left = array(a, form === "atb" ? [k, m] : [m, k]);
  const right = array(b, form === "abt" ? [n, k] : [k, n]);
  const product = jit((a: JaxArray, b: JaxArray) => [
    np.dot(form === "atb" ? a.transpose() : a, form === "abt" ? b.transpose() : b),
  ]);
  return repeat(use, [left, right], product, () => product.dispose());
}

/** Here channels come first: images [batch, channels, size, size], weights [features, channels, 3, 3]. */
function convWork(use: () => void, task: ConvTask): KernelWork {
  const { batch, size, channels, features, gy } = task;
  const image = (values: Float32Array, depth: number): JaxArray =>
    array(permuted(values, [batch, size, size, depth], [0, 3, 1, 2]), [batch, depth, size, size]);
  const x = image(task.x, channels);
  const w = array(permuted(task.w, [3, 3, channels, features], [3, 2, 0, 1]), [features, channels, 3, 3]);
  const conv = (x: JaxArray, w: JaxArray): JaxArray => lax.conv(x, w, [1, 1], "SAME");
  const forward = jit((x: JaxArray, w: JaxArray) => [conv(x, w)]);
  const both = jit((x: JaxArray, w: JaxArray, gy: JaxArray) => {
    const [y, pull] = vjp(conv, [x, w]);
    const [dx, dw] = pull(gy) as [JaxArray, JaxArray];
    pull.dispose();
    return [y, dx, dw];
  });
  const end = (): void => {
    forward.dispose();
    both.dispose();
  };
  const work =
    gy === undefined
      ? repeat(use, [x, w], forward, end)
      : repeat(use, [x, w, image(gy, features)], both, end);
  return {
    ...work,
    async read() {
      const shapes = [
        [batch, features, size, size],
        [batch, channels, size, size],
        [features, channels, 3, 3],
      ];
      const read = await work.read();
      return read.map((values, i) => permuted(values, shapes[i]!, i === 2 ? [2, 3, 1, 0] : [0, 2, 3, 1]));
    },
  };
}

/** Parameters or moments of all layers: w0, b0, w1, ... */
type Tensors = Record<string, JaxArray>;

/** The state passed from step to step. A type rather than an interface, because only types are accepted as trees of arrays. */
type State = {
  params: Tensors;
  /** First and second moments; empty for SGD. */
  m: Tensors;
  v: Tensors;
};

/** Adam's two bias corrections of a step, as scalars: lr / (1 - beta1^t) and 1 / sqrt(1 - beta2^t). */
type Corrections = { size: JaxArray; root: JaxArray };

function trainingWork(use: () => void, task: TrainingTask): TrainingWork {
  const { batches, batch, sizes, replicas, convs, layers, optimizer, lr } = task;
  const sample = convs[0] === undefined ? [sizes[0]!] : [1, convs[0].size, convs[0].size];
  const ready = batches.map((_, i) => {
    const { x, labels } = batchOf(task, i);
    const classes = sizes.at(-1)!;
    return [array(x, [batch, ...sample]), array(oneHot(labels, classes), [batch, classes])] as const;
  });
  const each = (values: Float32Array, shape: number[]): JaxArray => {
    if (replicas === 1) return array(values, shape);
    const all = new Float32Array(values.length * replicas);
    for (let r = 0; r < replicas; r++) all.set(values, r * values.length);
    return array(all, [replicas, ...shape]);
  };
  const params: Tensors = {};
  for (const [i, { channels, features, weight, bias }] of convs.entries()) {
    const kernel = permuted(weight, [3, 3, channels, features], [3, 2, 0, 1]);
    params[`k${i}`] = each(kernel, [features, channels, 3, 3]);
    params[`c${i}`] = each(bias, [features, 1, 1]);
  }
  for (const [i, layer] of layers.entries()) {
    const rows = channelsFirst(layer, i === 0 ? convs.at(-1) : undefined);
    params[`w${i}`] = each(rows, [layer.inputs, layer.outputs]);
    params[`b${i}`] = each(layer.bias, [layer.outputs]);
  }
  const zeros = (): Tensors =>
    optimizer === "sgd"
      ? {}
      : Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, np.zeros(shape)]));
  let state: State = { params, m: zeros(), v: optimizer === "momentum" ? {} : zeros() };

  const single = stepOf(task);
  const step = jit(replicas === 1 ? single : vmap(single, [0, 0, 0, null, null, null]));
  let steps = 0;
  const advance = (): JaxArray => {
    const [x, y] = ready[steps % ready.length]!;
    steps++;
    const corrections =
      optimizer !== "adam"
        ? {}
        : {
            size: array(Float32Array.of(lr / (1 - BETAS[0] ** steps)), []),
            root: array(Float32Array.of(1 / Math.sqrt(1 - BETAS[1] ** steps)), []),
          };
    const [loss, next] = step(state.params, state.m, state.v, corrections, x.ref, y.ref) as [JaxArray, State];
    state = next;
    return loss;
  };
  return {
    async run(times) {
      use();
      const losses = Array.from({ length: times }, advance);
      await blockUntilReady([...losses, state.params, state.m, state.v]);
      tree.dispose(losses);
    },
    async losses(count) {
      use();
      const found: number[][] = [];
      for (let i = 0; i < count; i++) found.push([...(await advance().data())]);
      return found;
    },
    dispose() {
      tree.dispose([state.params, state.m, state.v]);
      for (const [x, y] of ready) tree.dispose([x, y]);
      step.dispose();
    },
  };
}

/** One step of one replica, to be compiled as a whole: the loss and its gradient, then the update. */
function stepOf(task: TrainingTask) {
  const { convs, layers, activation, optimizer, lr, batch } = task;
  const act = (x: JaxArray): JaxArray => (activation === "relu" ? nn.relu(x) : np.tanh(x));
  const loss = (params: Tensors, x: JaxArray, y: JaxArray): JaxArray => {
    const images = convs.reduce((h, _, i) => {
      const sum = lax.conv(h, params[`k${i}`]!, [1, 1], "SAME").add(params[`c${i}`]!);
      return lax.reduceWindow(act(sum), (window) => np.max(window), [2, 2], [2, 2]);
    }, x);
    const logits = layers.reduce(
      (h, _, i) => {
        const sum = np.dot(h, params[`w${i}`]!).add(params[`b${i}`]!);
        return i === layers.length - 1 ? sum : act(sum);
      },
      convs.length === 0 ? images : images.reshape([batch, -1]),
    );
    return nn
      .logSoftmax(logits)
      .mul(y)
      .sum()
      .mul(-1 / batch);
  };
  return (
    params: Tensors,
    m: Tensors,
    v: Tensors,
    corrections: Corrections | Record<string, never>,
    x: JaxArray,
    y: JaxArray,
  ): [JaxArray, State] => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(params), x, y) as [JaxArray, Tensors];
    const next: State = { params: {}, m: {}, v: {} };
    for (const [name, param] of Object.entries(params)) {
      const g = gradients[name]!;
      if (optimizer === "sgd") {
        next.params[name] = param.sub(g.mul(lr));
        continue;
      }
      if (optimizer === "momentum") {
        next.m[name] = m[name]!.mul(MOMENTUM).add(g);
        next.params[name] = param.sub(next.m[name]!.ref.mul(lr));
        continue;
      }
      const { size, root } = corrections as Corrections;
      const newM = m[name]!.mul(BETAS[0]).add(g.ref.mul(1 - BETAS[0]));
      const newV = v[name]!.mul(BETAS[1]).add(np.square(g).mul(1 - BETAS[1]));
      next.m[name] = newM.ref;
      next.v[name] = newV.ref;
      const move = newM.mul(size.ref).div(np.sqrt(newV).mul(root.ref).add(EPSILON));
      next.params[name] = param.sub(move);
    }
    tree.dispose(corrections);
    return [value, next];
  };
}
