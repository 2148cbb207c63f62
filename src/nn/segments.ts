/** Which layers' values backward computes again, chosen by a budget of bytes. */
import { ActigradError } from "../core/errors.ts";
import { backwardCost } from "./backward-cost.ts";
import type { Model } from "./sequential.ts";

/** What the choice of segments goes by. */
export interface SegmentOptions {
  readonly batch: number;
  readonly replicas: number;
  /** What backward may keep and, beside it, hold of one segment while that is computed again. */
  readonly bytes: number;
}

/** `size` layers a segment, from the first on; of the last segment `keep` says whether its values are kept instead. */
const inSegments = (layers: number, size: number, keep: boolean): string[] =>
  Array.from({ length: layers }, (_, i) => {
    const segment = Math.floor(i / size);
    return keep && segment === Math.floor((layers - 1) / size) ? "" : `segment ${segment}`;
  });

/**
 * For each layer of a model the name of its segment, so that what backward holds fits the budget: of the segmentations
 * into equal runs of layers that do, the one that computes least again; none at all where everything can be kept.
 * @throws ActigradError "option" for a budget that is no number of bytes, or below the least that can be reached
 */
export function chooseSegments(model: Model, { batch, replicas, bytes }: SegmentOptions): readonly string[] {
  if (!(bytes >= 0)) throw new ActigradError("option", `recompute: expected a number of bytes, got ${bytes}`);
  const count = model.layers.length;
  const sizes = Array.from({ length: count }, (_, i) => i + 1);
  const choices = [
    Array.from({ length: count }, () => ""),
    ...sizes.flatMap((size) => [inSegments(count, size, true), inSegments(count, size, false)]),
  ].map((segments) => {
    const { savedBytes, againBytes, againFlops } = backwardCost(model, batch, replicas, segments);
    return { segments, held: savedBytes + againBytes, againFlops };
  });
  const fitting = choices.filter(({ held }) => held <= bytes);
  if (fitting.length > 0) return fitting.reduce((a, b) => (b.againFlops < a.againFlops ? b : a)).segments;
  const least = choices.reduce((a, b) => Math.min(a, b.held), Infinity);
  throw new ActigradError("option", `recompute: backward cannot do with ${bytes} bytes`, {
    hint: `${least} are the least for this model and batch; take more, or a smaller batch`,
    least,
  });
}
