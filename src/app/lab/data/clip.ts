/** A recorded run in small pictures, shown until the GPU is ready. `node test/run.mjs lab/record` makes it. */
import type { Surface } from "../worker/protocol.ts";
import { paintShares } from "./shares.ts";
import { type SparkPoints, toSparks } from "./sparks.ts";

/** Levels of a share, one letter each. */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";

export interface Clip {
  readonly dataset: string;
  /** The adapter that it was recorded on, and when. */
  readonly adapter: string;
  readonly date: string;
  readonly side: number;
  readonly reach: number;
  /** x, y alternating. */
  readonly points: readonly number[];
  readonly labels: readonly number[];
  /** For each frame. */
  readonly steps: readonly number[];
  readonly lanes: readonly {
    readonly activation: string;
    /** The share of the second class in each cell, one letter each. */
    readonly frames: readonly string[];
    /** Training losses, and test accuracies: median, minimum, maximum. */
    readonly losses: readonly number[];
    readonly scores: readonly (readonly [number, number, number])[];
  }[];
}

export const writeShares = (shares: readonly number[]): string =>
  shares.map((share) => LETTERS[Math.round(share * (LETTERS.length - 1))]).join("");

/** The decisions of a lane in a frame. */
export function surfaceAt(
  { side, reach, points, labels, lanes }: Clip,
  lane: number,
  frame: number,
): Surface {
  const pixels = new Uint8ClampedArray(4 * side * side);
  for (const [cell, letter] of [...lanes[lane]!.frames[frame]!].entries()) {
    const share = LETTERS.indexOf(letter) / (LETTERS.length - 1);
    paintShares(pixels, cell, [1 - share, share]);
  }
  return { side, reach, pixels, points: Float32Array.from(points), labels: Uint32Array.from(labels) };
}

/** The losses up to a frame. */
export const clipSparks = ({ lanes, steps }: Clip, frame: number): readonly SparkPoints[] =>
  toSparks(
    lanes.map(({ losses }) => losses.map((loss, i) => [steps[i]!, loss] as const)),
    steps.at(-1)!,
  ).map((points) => points.slice(0, frame + 1));
