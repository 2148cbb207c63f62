/** What a form computes, counted from its WGSL: what the cost of a kernel follows from beside its transcendental functions. */

/** Operations that a division is counted as. */
const DIVISION = 4;

/**
 * Operations of one evaluation: additions, multiplications, comparisons and choices each one, a division four. A call of another
 * function of the prelude or of a library counts as one.
 */
export function operationsOf(form: string): number {
  const text = form
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/\b\d+(\.\d*)?(e[-+]?\d+)?\b/g, "0")
    .replaceAll(/\bT\(/g, "(");
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return count(/[-+*]|[<>]=?|[!=]=|[&|]/g) + count(/\b\w+\(/g) + DIVISION * count(/\//g);
}
