/** A network's decision at each point of the plane. */
import { type Dataset, featuresOf } from "../../../index.ts";
import { paintShares, softmax } from "../data/shares.ts";
import type { Surface } from "./protocol.ts";
import type { Runner } from "./runner.ts";

type Classes = Extract<Dataset, { kind: "classes" }>;

/** Half the side of the square around all rows, with a margin. */
export const reachOf = (train: Dataset): number =>
  1.1 * featuresOf(train).reduce((a, x) => Math.max(a, Math.abs(x)), 0);

/** @param side cells per side; @param most maximum number of training points */
export async function surfaceOf(
  { trainer }: Runner,
  column: number,
  train: Classes,
  { side, reach, most }: { readonly side: number; readonly reach: number; readonly most: number },
): Promise<Surface> {
  const points = Float32Array.from({ length: side * side * 2 }, (_, i) => {
    const cell = i >> 1;
    const at = i % 2 === 0 ? cell % side : side - 1 - Math.floor(cell / side);
    return reach * ((2 * (at + 0.5)) / side - 1);
  });
  const { data, shape } = await trainer.predict(points);
  const classes = shape[2];
  const pixels = new Uint8ClampedArray(4 * side * side);
  for (let cell = 0; cell < side * side; cell++) {
    const at = (column * side * side + cell) * classes;
    paintShares(pixels, cell, softmax(data.subarray(at, at + classes)));
  }
  const rows = Math.min(train.rows, most);
  return {
    side,
    reach,
    pixels,
    points: featuresOf(train, 0, rows).slice(),
    labels: train.labels.slice(0, rows),
  };
}
