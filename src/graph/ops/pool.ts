import { type Shape, elements } from "../../core/shape.ts";
import type { Node, Op, RefTensor } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { mean } from "./mean.ts";
import {
  type Pair,
  type PairOption,
  type Window,
  type WindowOptions,
  checkPadding,
  eachTap,
  imageSizes,
  windowCounts,
  windowKey,
  windowOf,
} from "./window.ts";

/** A window over each channel of images [Z, B, H, W, C]. */
export interface PoolAttrs extends Window {
  readonly ceil: boolean;
  /** Average: whether the padding counts as elements, all 0. */
  readonly countPad: boolean;
  /** Height, width and channels of the input. */
  readonly input: Shape;
}

const key = (attrs: PoolAttrs): string =>
  `${windowKey(attrs)}${attrs.ceil ? " ceil" : ""}${attrs.countPad ? " pad" : ""} ${attrs.input.join("x")}`;

/* @__NO_SIDE_EFFECTS__ */
const pooled =
  (name: string): Op<PoolAttrs>["shape"] =>
  ([x], attrs) => {
    const { z, batch, channels } = imageSizes(name, x!);
    return { shape: [z, batch, ...windowCounts(name, x!, attrs, attrs.ceil), channels], dtype: "f32" };
  };

const flops = ({ shape, attrs: { kernel } }: Node<PoolAttrs>): number =>
  elements(shape) * kernel[0] * kernel[1];

/** The largest value in a window; padding counts as -infinity. */
export const maxPoolOp: Op<PoolAttrs> = engineOp({
  name: "maxPool",
  shape: pooled("maxPool"),
  key,
  vjp: ({ inputs: [x], output, attrs }, g) => [g.graph.add(maxPoolGrad, [x!, output, g], attrs)],
  flops,
  kernel: { kind: "pool", combine: "max" },
});

/** Each window's cotangent goes to the first of its largest values, in row order: from x, y and g. */
export const maxPoolGrad: Op<PoolAttrs> = engineOp({
  name: "maxPoolGrad",
  shape: ([x]) => ({ shape: x!.shape, dtype: "f32" }),
  key,
  flops,
  kernel: { kind: "pool", combine: "max" },
});

/** The mean over a window. */
export const avgPoolOp: Op<PoolAttrs> = engineOp({
  name: "avgPool",
  shape: pooled("avgPool"),
  key,
  vjp: ({ attrs }, g) => [g.graph.add(avgPoolGrad, [g], attrs)],
  flops,
  kernel: { kind: "pool", combine: "mean" },
});

export const avgPoolGrad: Op<PoolAttrs> = engineOp({
  name: "avgPoolGrad",
  shape: ([g], { input }) => ({ shape: [...g!.shape.slice(0, 2), ...input], dtype: "f32" }),
  key,
  flops,
  kernel: { kind: "pool", combine: "mean" },
});

/** Options of `maxPool2d`. */
export interface PoolOptions extends WindowOptions {
  /** Whether windows may extend past the end of the padded image. Default false. */
  readonly ceilMode?: boolean;
}

/** `stride` is the kernel's size by default. */
function poolAttrs(
  op: string,
  x: Node,
  kernel: PairOption,
  options: PoolOptions,
  countPad: boolean,
): PoolAttrs {
  const { ceilMode = false, ...window } = options;
  const { height, width, channels } = imageSizes(op, x);
  const attrs = { ...windowOf(op, kernel, window, kernel), ceil: ceilMode, countPad };
  checkPadding(op, attrs);
  return { ...attrs, input: [height, width, channels] };
}

/**
 * Largest value of each window of images [Z, B, H, W, C].
 * @throws ActigradError "option" for invalid sizes, "shape" if the window is larger than the padded image
 */
export const maxPool = (x: Node, kernel: PairOption, options: PoolOptions = {}): Node =>
  x.graph.add(maxPoolOp, [x], poolAttrs("maxPool2d", x, kernel, options, false));

/** Options of `avgPool2d`. */
export interface AvgPoolOptions extends Omit<PoolOptions, "dilation"> {
  /** Whether the padding counts as elements. Default true, as in PyTorch. */
  readonly countIncludePad?: boolean;
}

/** Mean of each window of images [Z, B, H, W, C]. @throws ActigradError as `maxPool` */
export function avgPool(x: Node, kernel: PairOption, options: AvgPoolOptions = {}): Node {
  const { countIncludePad = true, ...rest } = options;
  return x.graph.add(avgPoolOp, [x], poolAttrs("avgPool2d", x, kernel, rest, countIncludePad));
}

/** Mean of each channel over all places: [Z, B, H, W, C] to [Z, B, 1, 1, C]. */
export function globalAvgPool(x: Node): Node {
  imageSizes("globalAvgPool2d", x);
  return mean(x, [2, 3]);
}

/** The divisor of the window at a place: PyTorch's rule for windows that extend past the padded image. */
function divisor(attrs: PoolAttrs, oy: number, ox: number): number {
  const spans = ([oy, ox] as const).map((o, i) => {
    const axis = i as 0 | 1;
    const [size, padding] = [attrs.input[axis]!, attrs.padding[axis]];
    const start = o * attrs.stride[axis] - padding;
    const end = Math.min(start + attrs.kernel[axis], size + padding);
    return attrs.countPad ? end - start : Math.min(end, size) - Math.max(start, 0);
  });
  return spans[0]! * spans[1]!;
}

/** Calls `visit` for each place of each image with the pixels in its window, as offsets of their first channel. */
function eachWindow(
  [z, b]: readonly [number, number],
  out: Pair,
  attrs: PoolAttrs,
  visit: (place: number, pixels: readonly number[], oy: number, ox: number) => void,
): void {
  const [height, width, depth] = attrs.input as [number, number, number];
  for (let image = 0; image < z * b; image++)
    for (let oy = 0; oy < out[0]; oy++)
      for (let ox = 0; ox < out[1]; ox++) {
        const pixels: number[] = [];
        eachTap(attrs, attrs.input, [oy, ox], (at) => pixels.push((image * height * width + at) * depth));
        visit(((image * out[0] + oy) * out[1] + ox) * depth, pixels, oy, ox);
      }
}

const sizesOf = (y: Shape): [images: [number, number], out: Pair] => [
  [y[0]!, y[1]!],
  [y[2]!, y[3]!],
];

/** The offset of the first largest value of a channel. NaN is the largest of all. */
function largest({ data }: RefTensor, pixels: readonly number[], c: number): number {
  let best = pixels[0]! + c;
  for (const pixel of pixels) {
    const at = pixel + c;
    if (!(data[at]! <= data[best]!) && !Number.isNaN(data[best]!)) best = at;
  }
  return best;
}

export const maxPoolReference = defineReference(maxPoolOp, {
  evaluate([x], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    eachWindow(...sizesOf(shape), attrs, (place, pixels) => {
      for (let c = 0; c < attrs.input[2]!; c++) data[place + c] = x!.data[largest(x!, pixels, c)]!;
    });
    return { shape, data };
  },
});

export const maxPoolGradReference = defineReference(maxPoolGrad, {
  evaluate([x, y, g], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    eachWindow(...sizesOf(y!.shape), attrs, (place, pixels) => {
      for (let c = 0; c < attrs.input[2]!; c++) data[largest(x!, pixels, c)]! += g!.data[place + c]!;
    });
    return { shape, data };
  },
});

export const avgPoolReference = defineReference(avgPoolOp, {
  evaluate([x], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    eachWindow(...sizesOf(shape), attrs, (place, pixels, oy, ox) => {
      const scale = 1 / divisor(attrs, oy, ox);
      for (let c = 0; c < attrs.input[2]!; c++)
        for (const pixel of pixels) data[place + c]! += x!.data[pixel + c]! * scale;
    });
    return { shape, data };
  },
});

export const avgPoolGradReference = defineReference(avgPoolGrad, {
  evaluate([g], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    eachWindow(...sizesOf(g!.shape), attrs, (place, pixels, oy, ox) => {
      const scale = 1 / divisor(attrs, oy, ox);
      for (let c = 0; c < attrs.input[2]!; c++)
        for (const pixel of pixels) data[pixel + c]! += g!.data[place + c]! * scale;
    });
    return { shape, data };
  },
});
