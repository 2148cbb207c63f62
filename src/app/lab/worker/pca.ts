/** The directions in which rows vary most. */
export interface Components {
  readonly mean: Float64Array;
  /** Of length 1, orthogonal to each other. */
  readonly axes: readonly Float64Array[];
  /** Share of the variance along each. */
  readonly explained: readonly number[];
  /** Standard deviation along each. */
  readonly spread: readonly number[];
}

const ROUNDS = 24;

/**
 * The first `count` principal components of values[row][feature], by power iteration.
 * @param before components of a similar moment: the iteration starts there, so that pictures move smoothly
 */
export function principalComponents(
  values: ArrayLike<number>,
  rows: number,
  features: number,
  count: number,
  before?: Components,
): Components {
  const mean = new Float64Array(features);
  for (let i = 0; i < rows * features; i++) mean[i % features]! += values[i]! / rows;
  let total = 0;
  for (let i = 0; i < rows * features; i++) total += (values[i]! - mean[i % features]!) ** 2;
  const axes: Float64Array[] = [];
  const variances: number[] = [];
  for (let k = 0; k < Math.min(count, features); k++) {
    let axis: Float64Array =
      before?.axes[k]?.slice() ?? Float64Array.from(mean, (_, i) => (i % count === k ? 1 : 0.1));
    let variance = 0;
    for (let round = 0; round < ROUNDS; round++) {
      axis = normalised(orthogonal(axis, axes));
      const next = new Float64Array(features);
      for (let r = 0; r < rows; r++) {
        let along = 0;
        for (let i = 0; i < features; i++) along += (values[r * features + i]! - mean[i]!) * axis[i]!;
        for (let i = 0; i < features; i++) next[i]! += along * (values[r * features + i]! - mean[i]!);
      }
      variance = axis.reduce((sum, value, i) => sum + value * next[i]!, 0);
      if (!(variance > 0)) break; // no variance is left
      axis = next;
    }
    axes.push(normalised(orthogonal(axis, axes)));
    variances.push(Math.max(0, variance));
  }
  // So few rounds may leave two similar ones in the wrong order.
  const order = axes.map((_, k) => k).toSorted((a, b) => variances[b]! - variances[a]!);
  return {
    mean,
    axes: order.map((k) => axes[k]!),
    explained: order.map((k) => (total > 0 ? variances[k]! / total : 0)),
    spread: order.map((k) => Math.sqrt(variances[k]! / rows)),
  };
}

function orthogonal(axis: Float64Array, others: readonly Float64Array[]): Float64Array {
  const result = axis.slice();
  for (const other of others) {
    const along = result.reduce((sum, value, i) => sum + value * other[i]!, 0);
    for (let i = 0; i < result.length; i++) result[i]! -= along * other[i]!;
  }
  return result;
}

function normalised(axis: Float64Array): Float64Array {
  const length = Math.hypot(...axis);
  return length > 0 ? axis.map((value) => value / length) : axis;
}
