/** A part of the worker that is loaded when a curve is bent. */
import { type Trainer, setParams } from "../../../index.ts";
import { pointValues } from "../../../activations/spline.ts";

/** Gives the splines of a network other points, in every replica; no kernel is rebuilt. */
export function bendSplines(trainer: Trainer, points: readonly number[]): void {
  const layers = new Set(trainer.parameters.flatMap(({ activation }) => activation?.layer ?? []));
  for (const layer of layers) setParams(trainer, layer, pointValues(points));
}
