import { checkNumber } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import { type Shape, elements, formatType } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { batchNorm, batchStatistics, normalizeBy } from "../graph/ops/batchNorm.ts";
import * as views from "../graph/ops/flatten.ts";
import { add, finite, mul, where } from "../graph/ops/pointwise.ts";
import * as rows from "../graph/ops/rowNorm.ts";
import { rowOf } from "../graph/ops/row.ts";
import { scaleShift } from "../graph/ops/scaleShift.ts";
import { pick } from "../graph/ops/view.ts";
import { type LayerContext, defineLayer } from "./define-layer.ts";
import { imageOf, madeBy } from "./image.ts";
import type { Layer } from "./layer.ts";
import { checkCounts } from "./linear.ts";

/** Options of `layerNorm`, `rmsNorm` and `groupNorm`. */
export interface NormOptions {
  /** Added to the variance to avoid division by 0. Default 1e-5. */
  readonly eps?: number;
  /** A trained scale and shift for each feature. Default true. */
  readonly affine?: boolean;
  /** For `layerNorm`: whether there is a shift besides the scale. Default true. */
  readonly bias?: boolean;
}

/** A scale that starts at 1, or a shift that starts at 0, for each feature; for rows, for each input of the layer. */
const perFeature = (context: LayerContext, what: "weight" | "bias", size: number, rows = false): Node =>
  context.parameter(what, {
    shape: rows ? [1, size] : [size],
    views: [{ name: what, shape: [size], index: (i) => i }],
    init: what === "weight" ? 1 : 0,
    weightDecay: false,
  });

const scaleAndShift = (context: LayerContext, size: number, rows = false): [Node, Node] => [
  perFeature(context, "weight", size, rows),
  perFeature(context, "bias", size, rows),
];

/** Both in one tensor [R, 2, features], so that their gradient and update are one dispatch. */
const scaleAndShiftOfPlaces = (context: LayerContext, size: number): Node =>
  context.parameter("weight+bias", {
    shape: [2, size],
    views: ["weight", "bias"].map((name, row) => ({ name, shape: [size], index: (i) => row * size + i })),
    init: () => Float32Array.from({ length: 2 * size }, (_, i) => (i < size ? 1 : 0)),
    weightDecay: false,
  });

/** Options of `batchNorm1d` and `batchNorm2d`. */
export interface BatchNormOptions extends NormOptions {
  /** Weight of the current batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
  /** Whether evaluation uses running statistics instead of the batch's. Default true. */
  readonly trackRunningStats?: boolean;
}

/** Running mean and unbiased variance of each feature, in one tensor [R, 2, ..., features]: one kernel replaces both. */
const runningStatistics = (context: LayerContext, features: number, x: Node): Node =>
  context.parameter("running", {
    shape: [2, ...x.shape.slice(2, -1).map(() => 1), features],
    views: [
      { name: "running_mean", shape: [features], index: (i) => i },
      { name: "running_var", shape: [features], index: (i) => features + i },
    ],
    init: () => Float32Array.from({ length: 2 * features }, (_, i) => (i < features ? 0 : 1)),
    weightDecay: false,
  });

/** `axes`: allowed numbers of axes of a sample. */
function batchNormLayer(
  name: string,
  features: number,
  options: BatchNormOptions,
  axes: readonly number[],
): Layer {
  checkOptions(name, options, ["eps", "momentum", "affine", "trackRunningStats"]);
  const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats: track = true } = options;
  checkCounts(name, { features });
  checkNumber(`${name}: eps`, eps, { above: 0 });
  checkNumber(`${name}: momentum`, momentum, { from: 0, to: 1 });
  return defineLayer({
    kind: "norm",
    ...madeBy(name, [features], options),
    sampleShape(sample) {
      if (axes.includes(sample.length) && sample[0] === features) return sample;
      const wanted = axes
        .map((n) => `[${[features, "height", "width"].slice(0, n).join(", ")}]`)
        .join(" or ");
      throw new ActigradError("shape", `it expects samples ${wanted}, got [${sample.join(",")}]`);
    },
    build(context, x) {
      const { training } = context;
      const [scale, shift] = affine ? scaleAndShift(context, features) : [1, 0];
      const running = track ? runningStatistics(context, features, x) : undefined;
      if (running !== undefined && !training)
        return normalizeBy(x, rowOf(running, 0), rowOf(running, 1), eps, scale, shift);
      const statistics = batchStatistics(x, eps);
      if (training && statistics.count < 2) {
        throw new ActigradError(
          "shape",
          `${name}: one value per feature in ${formatType(x)} has no variance`,
          {
            hint: "train with a larger batch",
          },
        );
      }
      if (running !== undefined) {
        const seen = pick(statistics.rows, { axis: 1, start: 0, step: 1, size: 2 });
        const mixed = add(mul(running, 1 - momentum), mul(seen, momentum));
        // A batch with values that are not finite leaves the statistics unchanged.
        context.update(running, where(finite(mixed), mixed, running));
      }
      return batchNorm(x, statistics, scale, shift);
    },
  });
}

/**
 * Batch normalisation of features f32[R, batch, features] or sequences [features, length], with PyTorch's parameters and running
 * statistics. Evaluation uses the running ones. Handles values up to 1e37, and small differences of large values: it scales
 * before squaring and keeps the mean in two parts. Ioffe, Szegedy 2015.
 * @throws ActigradError "option" for an invalid size; the model throws "shape" for other samples, and in training for a single
 * value per feature
 */
export const batchNorm1d = (features: number, options: BatchNormOptions = {}): Layer =>
  batchNormLayer("batchNorm1d", features, options, [1, 2]);

/**
 * Batch normalisation of images f32[R, batch, height, width, features], with a mean and a variance per channel; otherwise as
 * `batchNorm1d`. Ioffe, Szegedy 2015.
 */
export const batchNorm2d = (features: number, options: BatchNormOptions = {}): Layer =>
  batchNormLayer("batchNorm2d", features, options, [3]);

/** A norm over all numbers of a sample, in PyTorch's order. */
function sampleNorm(
  name: string,
  size: number | Shape,
  options: NormOptions,
  apply: (rows: Node, feature: (what: "weight" | "bias") => Node, both: (() => Node) | undefined) => Node,
): Layer {
  checkOptions(name, options, ["eps", "affine", ...(name === "layerNorm" ? ["bias"] : [])]);
  const shape = typeof size === "number" ? [size] : size;
  const count = elements(shape);
  // A norm of features applies to every place of a sequence.
  const ofPlaces = (rank: number): boolean => shape.length === 1 && rank === 2;
  checkCounts(name, { size: count });
  checkNumber(`${name}: eps`, options.eps ?? 1e-5, { above: 0 });
  return defineLayer({
    kind: "norm",
    ...madeBy(name, [size], options),
    sampleShape(sample) {
      if (sample.slice(0, ofPlaces(sample.length) ? 1 : sample.length).join() === shape.join()) return sample;
      throw new ActigradError("shape", `it expects samples [${shape.join(",")}], got [${sample.join(",")}]`);
    },
    build(context, x) {
      const places = ofPlaces(x.shape.length - 2);
      const feature = (what: "weight" | "bias"): Node => perFeature(context, what, count, !places);
      const both = (): Node => scaleAndShiftOfPlaces(context, count);
      const y = apply(places ? x : views.flatten(x), feature, places ? both : undefined);
      return places || x.shape.length === 3 ? y : views.unflatten(y, x.shape.slice(2));
    },
  });
}

/**
 * Layer normalisation over all numbers of a sample (features, or [channels, height, width]); a norm of features also applies to
 * every place of a sequence. The shape stays. Ba et al. 2016.
 * @throws ActigradError "option" for an invalid size; the model throws "shape" for other samples
 */
export const layerNorm = (shape: number | Shape, options: NormOptions = {}): Layer =>
  sampleNorm("layerNorm", shape, options, (x, feature, both) => {
    const y = rows.layerNorm(x, options.eps ?? 1e-5);
    if (options.affine === false) return y;
    if (both !== undefined && options.bias !== false) return scaleShift(y, both());
    const scaled = mul(y, feature("weight"));
    return options.bias === false ? scaled : add(scaled, feature("bias"));
  });

/** Division by the root mean square over all numbers of a sample. Zhang, Sennrich 2019. @throws as `layerNorm` */
export const rmsNorm = (shape: number | Shape, options: NormOptions = {}): Layer =>
  sampleNorm("rmsNorm", shape, options, (x, feature) => {
    const y = rows.rmsNorm(x, options.eps ?? 1e-5);
    return options.affine === false ? y : mul(y, feature("weight"));
  });

/**
 * Normalisation of an image over each of a number of channel groups. Wu, He 2018.
 * @throws ActigradError "option" if the groups do not divide the channels
 */
export function groupNorm(groups: number, channels: number, options: NormOptions = {}): Layer {
  checkOptions("groupNorm", options, ["eps", "affine"]);
  const { eps = 1e-5, affine = true } = options;
  checkCounts("groupNorm", { groups, channels });
  checkNumber("groupNorm: eps", eps, { above: 0 });
  if (channels % groups !== 0)
    throw new ActigradError("option", `groupNorm: ${groups} groups do not divide ${channels} channels`);
  return defineLayer({
    kind: "norm",
    ...madeBy("groupNorm", [groups, channels], options),
    sampleShape(sample) {
      imageOf(sample, channels);
      return sample;
    },
    build(context, x) {
      const y = views.unflatten(rows.layerNorm(views.flatten(x, groups), eps), x.shape.slice(2));
      if (!affine) return y;
      const [scale, shift] = scaleAndShift(context, channels);
      return add(mul(y, scale), shift);
    },
  });
}
