/** Whether a library's results are right, and where they are not. */
import { batchOf, BETAS, EPSILON, type ActivationTask, type TrainingTask } from "./library.ts";
import type { Expected } from "./cases.ts";

/** Beyond this part of the largest value a result is wrong, not merely rounded. */
export const WRONG = 1e-4;

/** How far results are from what they must be, as a part of the largest; infinite when one is not finite. */
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

/** The losses of the first steps in float64: plain loops over the same rows, written for this check alone. */
export function expectedLosses(task: TrainingTask, steps: number): number[] {
  const { layers, activation, optimizer, lr, batch, sizes } = task;
  const tensors = layers.flatMap(({ weight, bias }) => [Float64Array.from(weight), Float64Array.from(bias)]);
  const [m, v] = [0, 1].map(() => tensors.map((t) => new Float64Array(t.length))) as [
    Float64Array[],
    Float64Array[],
  ];
  const relu = activation === "relu";
  return Array.from({ length: steps }, (_, step) => {
    const { x, labels } = batchOf(task, step);
    const values: Float64Array[] = [Float64Array.from(x)];
    for (const [l, { inputs, outputs }] of layers.entries()) {
      const [w, b] = [tensors[2 * l]!, tensors[2 * l + 1]!];
      const y = new Float64Array(batch * outputs);
      for (let r = 0; r < batch; r++) {
        const row = y.subarray(r * outputs, (r + 1) * outputs);
        row.set(b);
        for (let k = 0; k < inputs; k++) {
          const a = values[l]![r * inputs + k]!;
          if (a !== 0) for (let c = 0; c < outputs; c++) row[c]! += a * w[k * outputs + c]!;
        }
      }
      values.push(l === layers.length - 1 ? y : y.map((z) => (relu ? Math.max(z, 0) : Math.tanh(z))));
    }
    const classes = sizes.at(-1)!;
    let g = new Float64Array(batch * classes);
    let loss = 0;
    for (let r = 0; r < batch; r++) {
      const logits = values.at(-1)!.subarray(r * classes, (r + 1) * classes);
      const most = Math.max(...logits);
      const total = logits.reduce((sum, z) => sum + Math.exp(z - most), 0);
      loss += (Math.log(total) + most - logits[labels[r]!]!) / batch;
      for (let c = 0; c < classes; c++) {
        g[r * classes + c] = (Math.exp(logits[c]! - most) / total - (c === labels[r] ? 1 : 0)) / batch;
      }
    }
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, outputs } = layers[l]!;
      const [a, w] = [values[l]!, tensors[2 * l]!];
      const [gw, gb] = [new Float64Array(w.length), new Float64Array(outputs)];
      const ga = new Float64Array(a.length);
      for (let r = 0; r < batch; r++) {
        for (let c = 0; c < outputs; c++) gb[c]! += g[r * outputs + c]!;
        for (let k = 0; k < inputs; k++) {
          const from = a[r * inputs + k]!;
          let back = 0;
          for (let c = 0; c < outputs; c++) {
            const up = g[r * outputs + c]!;
            gw[k * outputs + c]! += from * up;
            back += up * w[k * outputs + c]!;
          }
          ga[r * inputs + k] = l === 0 ? 0 : back * (relu ? (from > 0 ? 1 : 0) : 1 - from * from);
        }
      }
      for (const [i, gradient] of [gw, gb].entries()) update(2 * l + i, gradient, step + 1);
      g = ga;
    }
    return loss;
  });

  function update(at: number, gradient: Float64Array, t: number): void {
    const [target, first, second] = [tensors[at]!, m[at]!, v[at]!];
    for (const [i, g] of gradient.entries()) {
      if (optimizer === "sgd") {
        target[i]! -= lr * g;
        continue;
      }
      first[i] = BETAS[0] * first[i]! + (1 - BETAS[0]) * g;
      second[i] = BETAS[1] * second[i]! + (1 - BETAS[1]) * g * g;
      const root = Math.sqrt(second[i]! / (1 - BETAS[1] ** t)) + EPSILON;
      target[i]! -= ((lr / (1 - BETAS[0] ** t)) * first[i]!) / root;
    }
  }
}
