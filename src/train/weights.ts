import { ActigradError } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import type { Tensor, Weights } from "../data/formats/tensor.ts";
import type { Storage } from "../device/storage.ts";
import type { Parameter } from "../nn/layer.ts";

/** The parameters of one replica, copied from the device. */
export async function readWeights(
  storage: Storage,
  parameters: readonly Parameter[],
  replicas: number,
  replica: number,
  nameOf: (parameter: string) => string = (name) => name,
): Promise<Weights> {
  if (!Number.isInteger(replica) || replica < 0 || replica >= replicas) {
    throw new ActigradError(
      "option",
      `replica must be a whole number from 0 to ${replicas - 1}, got ${replica}`,
    );
  }
  const found = new Map<string, Tensor<Float32Array>>();
  // All from one moment: the copies start before the first await.
  const read = await Promise.all(parameters.map(({ node }) => storage.read(nameOf(node.label))));
  for (const [p, { views }] of parameters.entries()) {
    const values = read[p] as Float32Array;
    const offset = (replica * values.length) / replicas;
    for (const { name, shape, index } of views) {
      const data = Float32Array.from({ length: elements(shape) }, (_, i) => values[offset + index(i)]!);
      found.set(name, { shape, data });
    }
  }
  return found;
}

/** Gives every replica these parameters. @throws ActigradError "shape" with what is missing or does not fit */
export function writeWeights(
  storage: Storage,
  parameters: readonly Parameter[],
  replicas: number,
  weights: Weights,
): void {
  checkWeights(parameters, weights);
  for (const { node, views } of parameters) {
    const values = new Float32Array(elements(node.shape));
    const each = values.length / replicas;
    for (const { name, shape, index } of views) {
      const { data } = weights.get(name)!;
      for (let i = 0; i < elements(shape); i++) values[index(i)] = data[i]!;
    }
    for (let r = 1; r < replicas; r++) values.copyWithin(r * each, 0, each);
    storage.write(node.label, values);
  }
}

/** @throws ActigradError "shape" with what is missing or does not fit */
export function checkWeights(parameters: readonly Parameter[], weights: Weights): void {
  const views = parameters.flatMap((p) => p.views);
  const wrong = views.flatMap(({ name, shape }) => {
    const given = weights.get(name);
    if (given === undefined) return [`${name} is missing`];
    const same = given.shape.length === shape.length && given.shape.every((n, i) => n === shape[i]);
    return same ? [] : [`${name} is [${given.shape.join(",")}], expected [${shape.join(",")}]`];
  });
  const known = new Set(views.map((v) => v.name));
  for (const name of weights.keys())
    if (!known.has(name) && !isCounter(name)) wrong.push(`${name} is not part of this model`);
  if (wrong.length === 0) return;
  throw new ActigradError("shape", `these weights belong to another model: ${wrong.join("; ")}`, {
    hint: "build the model with the layers that they were saved from",
  });
}

/** PyTorch's batch norms also store how many batches they saw; nothing reads it. */
const isCounter = (name: string): boolean => /(^|\.)num_batches_tracked$/.test(name);
