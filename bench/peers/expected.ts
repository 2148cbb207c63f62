/** Whether a peer's results are right, and where they are wrong. */
import type { Expected } from "./cases.ts";
import { layersOf } from "./float64.ts";
import { batchOf, BETAS, EPSILON, MOMENTUM, type ActivationTask, type TrainingTask } from "./peer.ts";

/** Largest error, relative to the largest value, that rounding may explain. */
export const WRONG = 1e-4;

/** The largest error, relative to the largest value; infinite if a result is not finite. */
export function worstError(
  results: readonly ArrayLike<number>[],
  expected: readonly (readonly Expected[])[],
): number {
  let worst = 0;
  for (const [i, wanted] of expected.entries()) {
    const largest = wanted.reduce((most, { want }) => Math.max(most, Math.abs(want)), 1e-30);
    for (const { index, want } of wanted) {
      const off = Math.abs(results[i]![index]! - want) / largest;
      worst = Number.isFinite(off) ? Math.max(worst, off) : Infinity;
    }
  }
  return worst;
}

/** The x at which y or dx is not finite although float64's, rounded to float32, is: "dx at ±89, 1000". */
export function edgeFaults(
  { x }: ActivationTask,
  results: readonly ArrayLike<number>[],
  expected: readonly (readonly Expected[])[],
): string {
  const faults = expected.map((wanted, i) => {
    const at = wanted
      .filter(
        ({ index, want }) => Number.isFinite(Math.fround(want)) && !Number.isFinite(results[i]![index]!),
      )
      .map(({ index }) => x[index]!);
    const places = [...new Set(at)].toSorted((a, b) => a - b);
    return places.length === 0 ? "" : `${i === 0 ? "y" : "dx"} at ${describe(places)}`;
  });
  return faults.filter((text) => text !== "").join(", ");
}

/** Places as ranges of either sign: "89 to 1000 and -100". */
function describe(places: readonly number[]): string {
  const range = (side: readonly number[]): string[] => {
    const [nearest, farthest] = [side[0], side.at(-1)];
    if (nearest === undefined) return [];
    return [nearest === farthest ? `${nearest}` : `${nearest} to ${farthest}`];
  };
  const negative = places.filter((x) => x < 0).toReversed();
  return [...range(places.filter((x) => x >= 0)), ...range(negative)].join(" and ");
}

/** The losses of the first steps in float64, on the same rows. */
export function expectedLosses(task: TrainingTask, steps: number): number[] {
  const { optimizer, lr, batch, sizes } = task;
  const layers = layersOf(task);
  const moments = layers.flatMap(({ parameters }) =>
    parameters.map(({ value }) => [new Float64Array(value.length), new Float64Array(value.length)] as const),
  );
  return Array.from({ length: steps }, (_, step) => {
    const { x, labels } = batchOf(task, step);
    const logits = layers.reduce<Float64Array<ArrayBuffer>>(
      (h, layer) => layer.forward(h),
      Float64Array.from(x),
    );
    const { loss, gradient } = crossEntropy(logits, labels, batch, sizes.at(-1)!);
    layers.reduceRight<Float64Array<ArrayBuffer>>((g, layer) => layer.backward(g), gradient);
    const parameters = layers.flatMap((layer) => layer.parameters);
    for (const [at, { value, gradient: gradients }] of parameters.entries())
      for (const [i, g] of gradients.entries()) value[i]! -= moveOf(moments[at]!, i, g, step + 1);
    return loss;
  });

  /** The change of one element of a parameter; updates its moments. */
  function moveOf([m, v]: readonly [Float64Array, Float64Array], i: number, g: number, t: number): number {
    if (optimizer === "sgd") return lr * g;
    if (optimizer === "momentum") return lr * (m[i] = MOMENTUM * m[i]! + g);
    m[i] = BETAS[0] * m[i]! + (1 - BETAS[0]) * g;
    v[i] = BETAS[1] * v[i]! + (1 - BETAS[1]) * g * g;
    const root = Math.sqrt(v[i]! / (1 - BETAS[1] ** t)) + EPSILON;
    return ((lr / (1 - BETAS[0] ** t)) * m[i]!) / root;
  }
}

/** The mean cross entropy of a batch, and its gradient. */
function crossEntropy(
  logits: Float64Array<ArrayBuffer>,
  labels: Uint32Array,
  batch: number,
  classes: number,
) {
  const gradient = new Float64Array(batch * classes);
  let loss = 0;
  for (let r = 0; r < batch; r++) {
    const row = logits.subarray(r * classes, (r + 1) * classes);
    const most = Math.max(...row);
    const total = row.reduce((sum, z) => sum + Math.exp(z - most), 0);
    loss += (Math.log(total) + most - row[labels[r]!]!) / batch;
    for (let c = 0; c < classes; c++)
      gradient[r * classes + c] = (Math.exp(row[c]! - most) / total - (c === labels[r] ? 1 : 0)) / batch;
  }
  return { loss, gradient };
}
