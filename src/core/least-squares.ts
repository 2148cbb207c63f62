/** Least squares of few values, by Levenberg and Marquardt, in float64. */

/** What is off at some values, and how fast: `rows[k][i]` is the derivative of `off[k]` by value i. */
export interface Residuals {
  readonly off: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

/**
 * Values at which the sum of squares is least, near where they start; it only ever goes down, and a step to what is not finite is
 * not made.
 * @param rounds at most
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

/** Gauss's elimination with the largest pivot first. */
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
