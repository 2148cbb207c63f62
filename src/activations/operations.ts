/** What a form computes, counted from its WGSL: what the cost of a kernel follows from beside its transcendental functions. */

/** Operations that a division is counted as. */
const DIVISION = 4;

const words = /\/\/.*|[\d.]+(?:e[-+]?\d+)?|\w+\(?|[<>=!]=|[-+*/<>&|]/g;

/**
 * Operations of one evaluation: additions, multiplications, comparisons and choices each one, a division four. A call of another
 * function of the prelude or of a library counts as one.
 */
export function operationsOf(form: string): number {
  let count = 0;
  for (const [word] of form.matchAll(words)) {
    if (word === "/") count += DIVISION;
    else if (word.endsWith("(") ? word !== "T(" : /^[^\w/.]/.test(word)) count++;
  }
  return count;
}
