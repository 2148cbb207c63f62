import { checkOptions } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";
import { conv } from "../compile/kernels/families/conv.ts";
import { type ConvAttrs, checkGroups, conv2d as convolve, convWeightShape } from "../graph/ops/conv.ts";
import { defineLayer } from "./define-layer.ts";
import { type PairOption, type WindowOptions, windowCounts, windowOf } from "../graph/ops/window.ts";
import { imageOf, madeBy } from "./image.ts";
import type { Layer, ParameterView, BiasOptions } from "./layer.ts";
import { checkCounts, startingWeights } from "./linear.ts";

/** Options of `conv2d`. */
export interface Conv2dOptions extends WindowOptions, BiasOptions {
  /** Each of so many groups of input channels makes its own output channels. Default 1; all channels: depthwise. */
  readonly groups?: number;
}

/** PyTorch's view of a tensor [taps * channels + 1, outputs]: weight [out, in / groups, height, width] and bias [out]. */
function views({ kernel, groups, input, outputs, bias }: ConvAttrs): ParameterView[] {
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

/**
 * Cross-correlation of images: f32[R, batch, height, width, inputs] to f32[R, batch, height', width', outputs], with
 * PyTorch's names and options. Weight and bias are one tensor, as in `linear`; they are read and saved in PyTorch's layout.
 * @throws ActigradError "option" for sizes that are none, or groups that do not divide the channels; the model says "shape"
 * for a kernel larger than the padded input
 */
export function conv2d(
  inputs: number,
  outputs: number,
  kernel: PairOption,
  options: Conv2dOptions = {},
): Layer {
  checkOptions("conv2d", options, ["stride", "padding", "dilation", "groups", "bias", "init"]);
  const { groups = 1, bias = true, init: _, ...window } = options;
  checkCounts("conv2d", { inputs, outputs });
  const shape = windowOf("conv2d", kernel, window, 1);
  const made = madeBy("conv2d", [inputs, outputs, kernel], {
    ...window,
    ...(groups !== 1 && { groups }),
    ...(!bias && { bias }),
  });
  checkGroups(made.title, inputs, outputs, groups);
  const attrs = (sample: Shape): ConvAttrs => {
    const [height, width] = imageOf(sample, inputs);
    return { ...shape, groups, bias, input: [height, width, inputs], outputs };
  };
  return defineLayer({
    kind: "conv2d",
    ...made,
    sampleShape(sample) {
      const { input } = attrs(sample);
      return [outputs, ...windowCounts("conv2d", { shape: [1, 1, ...input], dtype: "f32" }, shape)];
    },
    kernels: { conv },
    build(context, x) {
      const [, , height = 1, width = 1] = x.shape;
      const all = attrs([x.shape.at(-1)!, height, width]);
      const taps = shape.kernel[0] * shape.kernel[1];
      const count = taps * (inputs / groups) * outputs;
      const fan = { in: (taps * inputs) / groups, out: (taps * outputs) / groups, units: outputs };
      const start = startingWeights(options, context, fan, count);
      const both = context.parameter("conv", {
        shape: convWeightShape(1, all).slice(1),
        views: views(all),
        init(seed) {
          const values = new Float32Array(count + (bias ? outputs : 0)); // the bias row stays 0
          values.set(start(seed));
          return values;
        },
      });
      return convolve(x, both, { ...shape, groups, bias });
    },
  });
}
