import { ActigradError, checkOptions } from "../core/errors.ts";
import { conv } from "../compile/kernels/families/conv.ts";
import { pool } from "../compile/kernels/families/pool.ts";
import { type ConvAttrs, checkGroups, conv2dInputGrad } from "../graph/ops/conv.ts";
import { add } from "../graph/ops/pointwise.ts";
import { upsample as repeat } from "../graph/ops/upsample.ts";
import { type Pair, type PairOption, type WindowOptions, extent, windowOf } from "../graph/ops/window.ts";
import { convWeight } from "./conv.ts";
import { defineLayer } from "./define-layer.ts";
import { imageOf, madeBy } from "./image.ts";
import type { BiasOptions, Layer } from "./layer.ts";
import { checkCounts } from "./linear.ts";

/** Options of `convTranspose2d`. */
export interface ConvTranspose2dOptions extends WindowOptions, BiasOptions {
  /** Extra rows and columns at the end, fewer than the stride. Default 0. */
  readonly outputPadding?: PairOption;
  /** Default 1. */
  readonly groups?: number;
}

const pair = (value: PairOption): Pair => (typeof value === "number" ? [value, value] : value);

/**
 * The gradient of a convolution as a layer, which enlarges images: f32[R, batch, height, width, inputs] to f32[R, batch, (height
 * - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1, ..., outputs]. Weight [inputs, outputs / groups, height,
 * width] and bias [outputs], as in PyTorch.
 * @throws ActigradError "option" for invalid sizes, groups that do not divide the channels, or an outputPadding not below the
 * stride; the model throws "shape" for an image that is too small
 */
export function convTranspose2d(
  inputs: number,
  outputs: number,
  kernel: PairOption,
  options: ConvTranspose2dOptions = {},
): Layer {
  const names = ["stride", "padding", "dilation", "outputPadding", "groups", "bias", "init"];
  checkOptions("convTranspose2d", options, names);
  const { groups = 1, bias = true, outputPadding = 0, init: _, ...across } = options;
  checkCounts("convTranspose2d", { inputs, outputs });
  const window = windowOf("convTranspose2d", kernel, across, 1);
  const more = pair(outputPadding);
  if (more.some((n, i) => !Number.isSafeInteger(n) || n < 0 || n >= window.stride[i as 0 | 1])) {
    throw new ActigradError(
      "option",
      `convTranspose2d: outputPadding must be less than the stride ${window.stride.join(" x ")}, got ${more.join(" x ")}`,
    );
  }
  const made = madeBy("convTranspose2d", [inputs, outputs, kernel], options);
  checkGroups(made.title, outputs, inputs, groups);
  const sizeAfter = (size: Pair): Pair => {
    const [height, width] = ([0, 1] as const).map(
      (i) => (size[i] - 1) * window.stride[i] - 2 * window.padding[i] + extent(window, i) + more[i],
    ) as [number, number];
    if (height >= 1 && width >= 1) return [height, width];
    throw new ActigradError(
      "shape",
      `${made.title}: an image of ${size.join(" x ")} leaves ${height} x ${width}`,
    );
  };
  return defineLayer({
    kind: "convTranspose2d",
    ...made,
    sampleShape: (sample) => [outputs, ...sizeAfter(imageOf(sample, inputs))],
    kernels: { conv },
    build(context, x) {
      const size = sizeAfter([x.shape[2]!, x.shape[3]!]);
      const attrs: ConvAttrs = { ...window, groups, bias: false, input: [...size, outputs], outputs: inputs };
      const y = x.graph.add(conv2dInputGrad, [x, convWeight(context, attrs, options)], attrs);
      if (!bias) return y;
      const views = [{ name: "bias", shape: [outputs], index: (i: number) => i }];
      return add(y, context.parameter("bias", { shape: [outputs], init: 0, views }));
    },
  });
}

/**
 * Repeats each pixel: f32[R, batch, height, width, channels] to f32[R, batch, height * scale, width * scale, channels]. PyTorch's
 * Upsample with "nearest". @throws ActigradError "option" for an invalid scale
 */
export function upsample(scale: PairOption): Layer {
  const each = pair(scale);
  checkCounts("upsample", { height: each[0], width: each[1] });
  return defineLayer({
    kind: "upsample",
    ...madeBy("upsample", [scale], {}),
    sampleShape(sample) {
      const [height, width] = imageOf(sample);
      return [sample[0]!, height * each[0], width * each[1]];
    },
    kernels: { pool },
    build: (_, x) => repeat(x, each),
  });
}
