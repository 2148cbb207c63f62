/** Decisions as colours: the class's own, fainter if less certain. */
import { classColour } from "../../../report/palette.ts";

/** Writes the RGBA of a cell. @param shares of each class, with sum 1 */
export function paintShares(pixels: Uint8ClampedArray, cell: number, shares: readonly number[]): void {
  const at = 4 * cell;
  for (const [k, share] of shares.entries()) {
    const colour = classColour(k);
    for (let c = 0; c < 3; c++) pixels[at + c]! += colour[c]! * share;
  }
  const even = 1 / shares.length;
  pixels[at + 3] = 255 * (0.15 + 0.6 * ((Math.max(...shares) - even) / (1 - even)));
}

/** Probabilities from logits. */
export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const top = Math.max(...values);
  const weights = values.map((value) => Math.exp(value - top));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}
