/** One scale for plots that stand beside each other. */
import type { InsidePicture, LayerPicture, ShapeCurve } from "../worker/protocol.ts";

/** What the plots of a layer share, whichever network's they are. */
export interface LayerScale {
  /** x from -reach to reach. */
  readonly reach: number;
  /** The most that lies in a stretch of x, as a share for each 1 of it. */
  readonly density: number;
  /** The largest sizes of f and of f' there. */
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

/** Of each layer with weights, what comes back. */
export const signalsOf = ({ layers }: InsidePicture): readonly number[] =>
  layers.filter(({ weighted }) => weighted).map(({ signal }) => signal);

/** From where to where signals reach, as powers of ten, over all looks. */
export function signalRange(looks: readonly InsidePicture[]): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const signal of looks.flatMap(signalsOf)) {
    if (!(signal > 0)) continue;
    low = Math.min(low, Math.log10(signal));
    high = Math.max(high, Math.log10(signal));
  }
  return low > high ? [0, 1] : [low, high];
}

/** The heights that curves are drawn between, from -reach to reach; what shoots up is cut off. */
export function heightsOf(
  curves: readonly ShapeCurve[],
  reach: number,
): readonly [low: number, high: number] {
  const shown = curves.flatMap(({ x, f, slope }) =>
    [...f, ...slope].filter((value, i) => Math.abs(x[i % x.length]!) <= reach && Math.abs(value) <= 5.5),
  );
  return [Math.min(-0.2, ...shown), Math.max(1.2, ...shown)];
}
