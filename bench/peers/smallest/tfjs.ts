import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-webgpu";
import { BATCH, LABELS, LR, SIZES, numbers, offer } from "./page.ts";

await tf.setBackend("webgpu");
const layers = SIZES.slice(0, -1).map((inputs, i) => ({
  weight: tf.variable(
    tf.tensor2d(numbers(inputs * SIZES[i + 1]!, Math.sqrt(3 / inputs)), [inputs, SIZES[i + 1]!]),
  ),
  bias: tf.variable(tf.zeros<tf.Rank.R1>([SIZES[i + 1]!])),
}));
const x = tf.tensor2d(numbers(BATCH * SIZES[0], 1), [BATCH, SIZES[0]]);
const y = tf.tidy(() =>
  tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(LABELS), "int32"), SIZES[3]), "float32"),
);
const optimizer = tf.train.adam(LR);
const loss = (): tf.Scalar => {
  let a: tf.Tensor = x;
  for (const [i, { weight: b, bias }] of layers.entries()) {
    a = tf.fused.matMul({ a, b, bias, activation: i < layers.length - 1 ? "relu" : "linear" });
  }
  return tf.losses.softmaxCrossEntropy(y, a) as tf.Scalar;
};
offer(async (steps) => {
  for (let i = 1; i < steps; i++) optimizer.minimize(loss);
  const cost = optimizer.minimize(loss, true)!;
  const [value] = await cost.data();
  cost.dispose();
  return value!;
});
