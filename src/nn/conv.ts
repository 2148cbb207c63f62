import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { conv } from "../compile/kernels/families/conv.ts";
import { type ConvAttrs, checkGroups, conv2d as convolve, convWeightShape } from "../graph/ops/conv.ts";
import { type LayerContext, defineLayer } from "./define-layer.ts";
import {
  type PairOption,
  type Window,
  type WindowOptions,
  windowCounts,
  windowOf,
} from "../graph/ops/window.ts";
import { imageOf, madeBy } from "./image.ts";
import type { BiasOptions, Layer, ParameterView } from "./layer.ts";
import { checkCounts, startingWeights } from "./linear.ts";

/** Options of `conv2d`. */
export interface Conv2dOptions extends WindowOptions, BiasOptions {
  /**
   * Number of groups: each group of input channels produces its own output channels. Default 1; as many as channels: depthwise.
   */
  readonly groups?: number;
}

/** PyTorch's view of a tensor [taps * channels + 1, outputs]: weight [out, in / groups, height, width] and bias [out]. */
export function convViews({ kernel, groups, input, outputs, bias }: ConvAttrs): ParameterView[] {
  const [channels, taps] = [input[2]! / groups, kernel[0] * kernel[1]];
  const weight: ParameterView = {
    name: "weight",
    shape: [outputs, channels, ...kernel],
    index(i) {
      const [tap, rest] = [i % taps, Math.floor(i / taps)];
      return (tap * channels + (rest % channels)) * outputs + Math.floor(rest / channels);
    },
  };
  const first = taps * channels * outputs;
  return bias ? [weight, { name: "bias", shape: [outputs], index: (i) => first + i }] : [weight];
}

/** Declares a convolution's weight and bias as one tensor. */
export function convWeight(context: LayerContext, attrs: ConvAttrs, options: BiasOptions): Node {
  const { kernel, groups, input, outputs, bias } = attrs;
  const taps = kernel[0] * kernel[1];
  const channels = input[2]! / groups;
  const count = taps * channels * outputs;
  const fan = { in: taps * channels, out: (taps * outputs) / groups, units: outputs };
  const start = startingWeights(options, context, fan, count);
  return context.parameter("conv", {
    shape: convWeightShape(1, attrs).slice(1),
    views: convViews(attrs),
    init(seed) {
      const values = new Float32Array(count + (bias ? outputs : 0)); // the bias row stays 0
      values.set(start(seed));
      return values;
    },
  });
}

/** The parts of a convolution, of images or sequences. */
interface Convolution {
  readonly kind: "conv1d" | "conv2d";
  readonly inputs: number;
  readonly outputs: number;
  readonly window: Window;
  readonly groups: number;
  readonly options: BiasOptions;
  readonly made: Required<Pick<Layer, "title" | "recipe">>;
}

function convolution({ kind, inputs, outputs, window, groups, options, made }: Convolution): Layer {
  checkCounts(kind, { inputs, outputs });
  checkGroups(made.title, inputs, outputs, groups);
  const { bias = true } = options;
  const attrs = (size: readonly [height: number, width: number]): ConvAttrs => ({
    ...window,
    groups,
    bias,
    input: [...size, inputs],
    outputs,
  });
  return defineLayer({
    kind,
    ...made,
    sampleShape(sample) {
      const { input } = attrs(kind === "conv1d" ? [1, lengthOf(sample, inputs)] : imageOf(sample, inputs));
      const counts = windowCounts(kind, { shape: [1, 1, ...input], dtype: "f32" }, window);
      return [outputs, ...counts.slice(kind === "conv1d" ? 1 : 0)];
    },
    kernels: { conv },
    build(context, x) {
      const [height = 1, width = 1] = kind === "conv1d" ? [1, x.shape[2]] : x.shape.slice(2);
      return convolve(x, convWeight(context, attrs([height, width]), options), { ...window, groups, bias });
    },
  });
}

/** Length of a sample [channels, length]. @throws ActigradError "shape" for any other sample */
function lengthOf(sample: Shape, channels: number): number {
  if (sample.length === 2 && sample[0] === channels) return sample[1]!;
  const got = `got samples [${sample.join(",")}]`;
  throw new ActigradError("shape", `it expects sequences [${channels}, length], ${got}`, {
    hint: "put unflatten([channels, length]) before it",
  });
}

/** Options of `conv1d`: each is one number. */
export interface Conv1dOptions extends BiasOptions {
  readonly stride?: number;
  readonly padding?: number;
  readonly dilation?: number;
  /**
   * Number of groups: each group of input channels produces its own output channels. Default 1; as many as channels: depthwise.
   */
  readonly groups?: number;
}

/**
 * Cross-correlation of sequences: f32[R, batch, length, inputs] to f32[R, batch, length', outputs], with PyTorch's names and
 * options. A sample is [inputs, length]. @throws ActigradError as `conv2d`
 */
export function conv1d(inputs: number, outputs: number, kernel: number, options: Conv1dOptions = {}): Layer {
  checkOptions("conv1d", options, ["stride", "padding", "dilation", "groups", "bias", "init"]);
  const { groups = 1, stride = 1, padding = 0, dilation = 1 } = options;
  // A sequence is an image of height 1.
  const across = { stride: [1, stride], padding: [0, padding], dilation: [1, dilation] } as const;
  const window = windowOf("conv1d", [1, kernel], across, 1);
  const made = madeBy("conv1d", [inputs, outputs, kernel], options);
  return convolution({ kind: "conv1d", inputs, outputs, window, groups, options, made });
}

/**
 * Cross-correlation of images: f32[R, batch, height, width, inputs] to f32[R, batch, height', width', outputs], with PyTorch's
 * names and options. Weight and bias are one tensor, as in `linear`, and are read and saved in PyTorch's layout.
 * @throws ActigradError "option" for invalid sizes, or groups that do not divide the channels; the model throws "shape" for a
 * kernel larger than the padded input
 */
export function conv2d(
  inputs: number,
  outputs: number,
  kernel: PairOption,
  options: Conv2dOptions = {},
): Layer {
  checkOptions("conv2d", options, ["stride", "padding", "dilation", "groups", "bias", "init"]);
  const { groups = 1, bias = true, init: _, ...across } = options;
  const window = windowOf("conv2d", kernel, across, 1);
  const made = madeBy("conv2d", [inputs, outputs, kernel], {
    ...across,
    ...(groups !== 1 && { groups }),
    ...(!bias && { bias }),
  });
  return convolution({ kind: "conv2d", inputs, outputs, window, groups, options, made });
}
