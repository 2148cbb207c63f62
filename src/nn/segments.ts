/** Which layers' values backward computes again, chosen by a budget of bytes. */
import { ActigradError } from "../core/errors.ts";
import { segmentOf } from "../graph/recompute.ts";
import { backwardCost } from "./backward-cost.ts";
import type { Segments } from "./chain.ts";
import type { Model } from "./sequential.ts";

/** What the choice of segments goes by. */
interface SegmentOptions {
  readonly batch: number;
  readonly replicas: number;
  /** What backward may hold of the forward pass at a time, kept or computed again. */
  readonly bytes: number;
}

/** Which layers' values backward computes again: for each its segment, undefined for none. */
export type Recompute = (model: Model, step: Omit<SegmentOptions, "bytes">) => Segments;

/**
 * For `Trainer.create({ recompute })`: runs of layers such that what backward holds of the forward pass fits these bytes,
 * padding included. The trainer throws "option" for a budget that is no number of bytes, or below the least there is.
 */
export const withinBytes =
  (bytes: number): Recompute =>
  (model, step) =>
    chooseSegments(model, { ...step, bytes });

/** `size` layers a segment, from the first on. */
function inSegments(layers: number, size: number): Segments {
  const segments = Array.from({ length: Math.ceil(layers / size) }, (_, i) => segmentOf(`segment ${i}`));
  return Array.from({ length: layers }, (_, i) => segments[Math.floor(i / size)]);
}

/**
 * For each layer of a model its segment, so that what backward holds fits the budget; none at all where
 * everything can be kept. Of the segmentations into equal runs of layers that fit, it takes the one that computes least
 * again, and then keeps those segments that the budget still has room for, the last first: their values live shortest.
 * @throws ActigradError "option" for a budget that is no number of bytes, or below the least that can be reached
 */
function chooseSegments(model: Model, { batch, replicas, bytes }: SegmentOptions): Segments {
  if (!(bytes >= 0)) throw new ActigradError("option", `recompute: expected a number of bytes, got ${bytes}`);
  const weigh = (segments: Segments) => {
    const { peakBytes: held, againFlops } = backwardCost(model, batch, replicas, segments);
    return { segments, held, againFlops };
  };
  const count = model.layers.length;
  const none = weigh(Array.from({ length: count }, () => undefined));
  if (none.held <= bytes) return none.segments;
  const choices = Array.from({ length: count }, (_, i) => weigh(inSegments(count, i + 1)));
  const fitting = choices.filter(({ held }) => held <= bytes);
  if (fitting.length === 0) {
    const least = choices.reduce((a, b) => Math.min(a, b.held), none.held);
    throw new ActigradError("option", `recompute: backward needs more than ${bytes} bytes`, {
      hint: `this model and batch need at least ${least}; allow more, or use a smaller batch`,
      least,
    });
  }
  let best = fitting.reduce((a, b) => (b.againFlops < a.againFlops ? b : a));
  for (const kept of [...new Set(best.segments)].toReversed()) {
    const other = weigh(best.segments.map((segment) => (segment === kept ? undefined : segment)));
    if (other.held <= bytes) best = other;
  }
  return best.segments;
}
