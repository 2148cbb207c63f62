/** Counts the operations in a form's WGSL; with the transcendental functions, they determine a kernel's cost. */

/** A division counts as this many operations. */
const DIVISION = 4;

const words = /\/\/.*|[\d.]+(?:e[-+]?\d+)?|\w+\(?|[<>=!]=|[-+*/<>&|]/g;

/**
 * Operations of one evaluation: additions, multiplications, comparisons and selections count 1, a division 4. A call of another
 * function of the prelude or of a library counts 1.
 */
export function operationsOf(form: string): number {
  let count = 0;
  for (const [word] of form.matchAll(words)) {
    if (word === "/") count += DIVISION;
    else if (word.endsWith("(") ? word !== "T(" : /^[^\w/.]/.test(word)) count++;
  }
  return count;
}
