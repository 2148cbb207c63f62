/** A common scale for plots shown side by side. */
import type { InsidePicture, LayerPicture, ShapeCurve } from "../worker/protocol.ts";

/** Shared by the plots of a layer, over all networks. */
export interface LayerScale {
  /** x from -reach to reach. */
  readonly reach: number;
  /** The largest density: share per unit of x. */
  readonly density: number;
  /** The largest magnitudes of f and of f' there. */
  readonly f: number;
  readonly slope: number;
}

export const densityOf = ({ bins, reach }: LayerPicture): number =>
  (Math.max(0, ...bins) * bins.length) / (2 * reach);

/** The scale of a layer, by its place, over all networks that have one there. */
export function layerScale(layers: readonly LayerPicture[], curves: readonly ShapeCurve[]): LayerScale {
  const reach = Math.max(...layers.map((layer) => layer.reach));
  const size = (pick: (curve: ShapeCurve) => readonly number[]): number =>
    curves.reduce(
      (most, curve) =>
        pick(curve).reduce(
          (a, value, i) =>
            Math.abs(curve.x[i]!) <= reach && Number.isFinite(value) ? Math.max(a, Math.abs(value)) : a,
          most,
        ),
      1,
    );
  return {
    reach,
    density: Math.max(...layers.map(densityOf)),
    f: size(({ f }) => f),
    slope: size(({ slope }) => slope),
  };
}

/** Gradient norm of each layer with weights. */
export const signalsOf = ({ layers }: InsidePicture): readonly number[] =>
  layers.filter(({ weighted }) => weighted).map(({ signal }) => signal);

/** Range of the signals as powers of ten, over all looks. */
export function signalRange(looks: readonly InsidePicture[]): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const signal of looks.flatMap(signalsOf)) {
    if (!(signal > 0)) continue;
    low = Math.min(low, Math.log10(signal));
    high = Math.max(high, Math.log10(signal));
  }
  return low > high ? [0, 1] : [low, high];
}

/** The range of y for curves, from -reach to reach; steep parts are cut off. */
export function heightsOf(
  curves: readonly ShapeCurve[],
  reach: number,
): readonly [low: number, high: number] {
  const shown = curves.flatMap(({ x, f, slope }) =>
    [...f, ...slope].filter((value, i) => Math.abs(x[i % x.length]!) <= reach && Math.abs(value) <= 5.5),
  );
  return [Math.min(-0.2, ...shown), Math.max(1.2, ...shown)];
}
