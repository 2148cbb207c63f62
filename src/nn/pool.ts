import { checkOptions } from "../core/errors.ts";
import type { Node } from "../graph/graph.ts";
import { pool as kernels } from "../compile/kernels/families/pool.ts";
import * as ops from "../graph/ops/pool.ts";
import { type PairOption, type Window, windowCounts, windowOf } from "../graph/ops/window.ts";
import { imageOf, madeBy } from "./image.ts";
import type { Layer } from "./layer.ts";

function pool(name: string, kernel: PairOption, options: ops.PoolOptions, build: (x: Node) => Node): Layer {
  checkOptions(name, options, ["stride", "padding", "dilation", "ceilMode"]);
  const { ceilMode = false, ...window } = options;
  const shape: Window = windowOf(name, kernel, window, kernel);
  return {
    kind: "pool",
    ...madeBy(name, [kernel], options),
    sampleShape(sample) {
      const image = { shape: [1, 1, ...imageOf(sample), 1], dtype: "f32" } as const;
      return [sample[0]!, ...windowCounts(name, image, shape, ceilMode)];
    },
    kernels: { pool: kernels },
    build: (_, x) => build(x),
  };
}

/**
 * The largest value of each window of an image, f32[R, batch, height, width, channels] to [.., height', width', channels].
 * Padding counts as -infinity, and the first of equal values gets the gradient. PyTorch's options; `stride` defaults to the
 * kernel's size.
 * @throws ActigradError "option" for invalid sizes; the model throws "shape" for a window larger than the padded image
 */
export const maxPool2d = (kernel: PairOption, options: ops.PoolOptions = {}): Layer =>
  pool("maxPool2d", kernel, options, (x) => ops.maxPool(x, kernel, options));

/** The mean of each window of an image, with PyTorch's options. Shapes and errors as in `maxPool2d`. */
export function avgPool2d(kernel: PairOption, options: ops.AvgPoolOptions = {}): Layer {
  checkOptions("avgPool2d", options, ["stride", "padding", "ceilMode", "countIncludePad"]);
  const { countIncludePad: _, ...window } = options;
  return {
    ...pool("avgPool2d", kernel, window, (x) => ops.avgPool(x, kernel, options)),
    ...madeBy("avgPool2d", [kernel], options),
  };
}

/** The mean of each channel over all places: f32[R, batch, height, width, channels] to [.., 1, 1, channels]. Lin et al. 2014. */
export const globalAvgPool2d = (): Layer => ({
  kind: "pool",
  title: "globalAvgPool2d",
  recipe: ["globalAvgPool2d"],
  sampleShape(sample) {
    imageOf(sample);
    return [sample[0]!, 1, 1];
  },
  build: (_, x) => ops.globalAvgPool(x),
});
