import {
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
  type Array as JaxArray,
} from "@jax-js/jax";
import { BATCH, LABELS, LR, SIZES, numbers, offer } from "./page.ts";

type Tensors = Record<string, JaxArray>;

await init("webgpu");
defaultDevice("webgpu");

let params: Tensors = {};
for (const [i, inputs] of SIZES.slice(0, -1).entries()) {
  const outputs = SIZES[i + 1]!;
  params[`w${i}`] = np.array(numbers(inputs * outputs, Math.sqrt(3 / inputs)), { shape: [inputs, outputs] });
  params[`b${i}`] = np.zeros([outputs]);
}
const zeros = (): Tensors =>
  Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, np.zeros(shape)]));
let [m, v] = [zeros(), zeros()];
const x = np.array(numbers(BATCH * SIZES[0], 1), { shape: [BATCH, SIZES[0]] });
const hot = new Float32Array(BATCH * SIZES[3]);
for (const [i, label] of LABELS.entries()) hot[i * SIZES[3] + label] = 1;
const y = np.array(hot, { shape: [BATCH, SIZES[3]] });

const loss = (p: Tensors, x: JaxArray, y: JaxArray): JaxArray => {
  const a = nn.relu(np.dot(x, p["w0"]!).add(p["b0"]!));
  const b = nn.relu(np.dot(a, p["w1"]!).add(p["b1"]!));
  const logits = np.dot(b, p["w2"]!).add(p["b2"]!);
  return nn.logSoftmax(logits).mul(y).sum().mul(-1 / BATCH); // oxfmt-ignore
};
const step = jit(
  (p: Tensors, m: Tensors, v: Tensors, size: JaxArray, root: JaxArray, x: JaxArray, y: JaxArray) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(p), x, y) as [JaxArray, Tensors];
    const [newP, newM, newV]: [Tensors, Tensors, Tensors] = [{}, {}, {}];
    for (const [name, param] of Object.entries(p)) {
      const g = gradients[name]!;
      const first = m[name]!.mul(0.9).add(g.ref.mul(0.1));
      const second = v[name]!.mul(0.999).add(np.square(g).mul(0.001));
      newM[name] = first.ref;
      newV[name] = second.ref;
      newP[name] = param.sub(first.mul(size.ref).div(np.sqrt(second).mul(root.ref).add(1e-8)));
    }
    size.dispose();
    root.dispose();
    return [value, newP, newM, newV];
  },
);

let t = 0;
offer(async (steps) => {
  let value: JaxArray | undefined;
  for (let i = 0; i < steps; i++) {
    t++;
    const size = np.array(Float32Array.of(LR / (1 - 0.9 ** t)), { shape: [] });
    const root = np.array(Float32Array.of(1 / Math.sqrt(1 - 0.999 ** t)), { shape: [] });
    value?.dispose();
    [value, params, m, v] = step(params, m, v, size, root, x.ref, y.ref) as [
      JaxArray,
      Tensors,
      Tensors,
      Tensors,
    ];
  }
  return (await value!.data())[0]!;
});
