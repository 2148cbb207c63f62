/** Chooses, by a budget of bytes, which layers' values the backward pass recomputes. */
import { ActigradError } from "../core/errors.ts";
import type { Precision } from "../graph/mixed.ts";
import { segmentOf } from "../graph/recompute.ts";
import { backwardCost } from "./backward-cost.ts";
import type { Segments } from "./chain.ts";
import type { Model } from "./sequential.ts";

/** What the choice of segments depends on. */
interface SegmentOptions {
  readonly batch: number;
  readonly replicas: number;
  readonly precision?: Precision | undefined;
  /** Bytes of the forward pass that backward may hold at a time, kept or recomputed. */
  readonly bytes: number;
}

/** Chooses which layers' values backward recomputes: a segment for each layer, undefined for none. */
export type Recompute = (model: Model, step: Omit<SegmentOptions, "bytes">) => Segments;

/**
 * For `Trainer.create({ recompute })`: segments of layers such that the bytes of the forward pass that backward holds, padding
 * included, fit the budget. The trainer throws "option" for a budget that is not a number of bytes, or too small.
 */
export const withinBytes =
  (bytes: number): Recompute =>
  (model, step) =>
    chooseSegments(model, { ...step, bytes });

/** Segments of `size` layers each, from the first on. */
function inSegments(layers: number, size: number): Segments {
  const segments = Array.from({ length: Math.ceil(layers / size) }, (_, i) => segmentOf(`segment ${i}`));
  return Array.from({ length: layers }, (_, i) => segments[Math.floor(i / size)]);
}

/**
 * The segment of each layer, so that what backward holds fits the budget; no segments if everything can be kept. Of the
 * segmentations into equal runs of layers that fit, takes the one that recomputes least, then keeps segments for which the budget
 * has room, the last first: their values live shortest.
 * @throws ActigradError "option" for a budget that is not a number of bytes, or too small
 */
function chooseSegments(model: Model, { batch, replicas, precision, bytes }: SegmentOptions): Segments {
  if (!(bytes >= 0)) throw new ActigradError("option", `recompute: expected a number of bytes, got ${bytes}`);
  const weigh = (segments: Segments) => {
    const { peakBytes: held, againFlops } = backwardCost(model, batch, replicas, segments, precision);
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
