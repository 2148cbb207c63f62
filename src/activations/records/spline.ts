import type { Activation, ActivationLayer } from "../activation.ts";
import { record } from "../record.ts";
import { type SplineOptions, splineLayer, splineOptions, splineSpec } from "../spline.ts";

/** 0 on the left, x on the right, round between. */
const usual = [-2, 0, -1, 0, 0, 0.25, 1, 1, 2, 2];

/**
 * A cubic spline through control points, a line beyond the ends: `spline({ points: [[-3, 0], [0, 0], [3, 3]], monotone: true })`.
 * The points are data, so that another place of one needs no other kernel (`setPoints`); their heights can be learned.
 * Catmull, Rom 1974; monotone: Fritsch, Butland 1984.
 * @throws ActigradError "option" for points that make none, and unknown options
 */
export const spline = record({
  ...splineSpec({ count: usual.length / 2, monotone: false }, usual),
  name: "spline",
  options: splineOptions,
  layer: (options) => splineLayer(options, usual),
}) as Activation & { readonly name: "spline" } & ((options?: SplineOptions) => ActivationLayer);
