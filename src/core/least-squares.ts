/** Least squares with few values, by Levenberg and Marquardt, in float64. */

/** Residuals at some values, and their derivatives: `rows[k][i]` is that of `off[k]` by value i. */
export interface Residuals {
  readonly off: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

/**
 * Values that minimise the sum of squares, near the starting values. The sum never grows, and steps to values that are not finite
 * are rejected.
 * @param rounds maximum number
 */
export function leastSquares(
  start: readonly number[],
  look: (values: readonly number[]) => Residuals,
  rounds: number,
): number[] {
  const sized = (values: readonly number[]) => {
    const found = look(values);
    return { ...found, size: found.off.reduce((all, e) => all + e * e, 0) };
  };
  let values = [...start];
  let here = sized(values);
  let damping = 1e-3;
  for (let round = 0; round < rounds && damping < 1e12; round++) {
    const { rows, off } = here;
    const slope = values.map((_, i) => rows.reduce((all, row, k) => all + row[i]! * off[k]!, 0));
    const damped = values.map((_, i) =>
      values.map((__, j) => {
        const normal = rows.reduce((all, row) => all + row[i]! * row[j]!, 0);
        return i === j ? normal * (1 + damping) + 1e-14 : normal;
      }),
    );
    const move = solved(damped, slope);
    const next = values.map((v, i) => v - move[i]!);
    const there = sized(next);
    if (there.size < here.size) {
      const gained = here.size - there.size;
      [values, here, damping] = [next, there, damping / 4];
      if (gained < 1e-9 * there.size) break;
    } else damping *= 3;
  }
  return values;
}

/** Gaussian elimination with partial pivoting. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const pivot = rows
      .slice(i)
      .reduce((best, row, k) => (Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? i + k : best), i);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let k = i + 1; k < n; k++) {
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= n; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  }
  const x = Array.from({ length: n }, () => 0);
  for (let i = n - 1; i >= 0; i--) {
    const known = x.reduce((all, v, j) => (j > i ? all + rows[i]![j]! * v : all), 0);
    x[i] = (rows[i]![n]! - known) / rows[i]![i]!;
  }
  return x;
}
