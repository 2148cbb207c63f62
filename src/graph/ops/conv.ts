import { ActigradError } from "../../core/errors.ts";
import { type Shape, type TensorType, elements, formatType } from "../../core/shape.ts";
import type { Node, Op, RefTensor } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { sum, sumTo } from "./reduce.ts";
import {
  type Pair,
  type Window,
  eachTap,
  imageShape,
  imageSizes,
  windowCounts,
  windowKey,
} from "./window.ts";

/**
 * A convolution as an implicit matrix product: its rows are the places of the window, its columns the output channels, and the
 * sum runs over taps and input channels. Images are [Z, B, H, W, C]: a pixel's channels are stored in slots, as features are. The
 * weight is [R, 1, taps * C / groups (+ 1), outputs], with rows in the order tap row, tap column, input channel; the bias is one
 * more row, as in `matmul`.
 */
export interface ConvAttrs extends Window {
  readonly groups: number;
  readonly bias: boolean;
  /** Height, width and channels of the input. */
  readonly input: Shape;
  readonly outputs: number;
}

/** The sizes of a convolution's parts. */
export interface ConvSizes {
  readonly batch: number;
  readonly out: Pair;
  /** Input and output channels per group. */
  readonly channels: number;
  readonly features: number;
  readonly taps: number;
  /** Rows of the weight, without the bias's. */
  readonly k: number;
}

export function convSizes(batch: number, attrs: ConvAttrs): ConvSizes {
  const { kernel, groups, outputs, input } = attrs;
  const image = { shape: [1, batch, ...input], dtype: "f32" } as const;
  const channels = input[2]! / groups;
  const taps = kernel[0] * kernel[1];
  const out = windowCounts("conv2d", image, attrs);
  return { batch, out, channels, features: outputs / groups, taps, k: taps * channels };
}

/** The weight's shape for R replicas. */
export const convWeightShape = (replicas: number, attrs: ConvAttrs): Shape => [
  replicas,
  1,
  (attrs.kernel[0] * attrs.kernel[1] * attrs.input[2]!) / attrs.groups + (attrs.bias ? 1 : 0),
  attrs.outputs,
];

const key = (attrs: ConvAttrs): string =>
  `${windowKey(attrs)} g${attrs.groups} ${attrs.bias ? "+bias " : ""}${attrs.input.join("x")}>${attrs.outputs}`;

/** Multiplications and additions of each of the three products. */
const flops = (batch: number, z: number, attrs: ConvAttrs): number => {
  const { out, k } = convSizes(batch, attrs);
  return 2 * z * batch * out[0] * out[1] * attrs.outputs * k;
};

function checkWeight(op: string, w: TensorType, attrs: ConvAttrs, z: number): number {
  const wanted = convWeightShape(w.shape[0]!, attrs);
  const fits = w.shape.length === 4 && wanted.every((n, i) => n === w.shape[i]);
  if (fits && (z === w.shape[0] || z === 1 || w.shape[0] === 1)) return Math.max(z, w.shape[0]!);
  throw new ActigradError("shape", `${op}: the weight must be [${wanted.join(",")}], got ${formatType(w)}`);
}

/** Sizes of an image, or of a sequence [Z, B, length, C] as an image of height 1. */
const sizesOf = (op: string, { shape, dtype }: TensorType) =>
  imageSizes(op, { shape: imageShape(shape), dtype });

/** An image's shape, without its height for a sequence. */
const like = ({ shape }: TensorType, [z, batch, ...image]: Shape): Shape => [
  z!,
  batch!,
  ...image.slice(shape.length === 4 ? 1 : 0),
];

/** x [Z, B, H, W, C], or a sequence [Z, B, length, C], and a weight to [Z, B, H', W', outputs]. */
export const conv2dOp: Op<ConvAttrs> = engineOp({
  name: "conv2d",
  shape([x, w], attrs) {
    const { z, batch, height, width, channels } = sizesOf("conv2d", x!);
    const [h, wd, c] = attrs.input;
    if (h !== height || wd !== width || c !== channels)
      throw new ActigradError(
        "shape",
        `conv2d: made for images [${attrs.input.join(",")}], got ${formatType(x!)}`,
      );
    const { out } = convSizes(batch, attrs);
    const replicas = checkWeight("conv2d", w!, attrs, z);
    return { shape: like(x!, [replicas, batch, ...out, attrs.outputs]), dtype: "f32" };
  },
  key,
  vjp({ inputs, attrs }, g) {
    const [x, w] = inputs as [Node, Node];
    return [
      sumTo(g.graph.add(conv2dInputGrad, [g, w], attrs), x.shape),
      sumTo(convWeightGradient(x, g, attrs), w.shape),
    ];
  },
  flops: ({ inputs: [x], shape, attrs }) => flops(x!.shape[1]!, shape[0]!, attrs),
  kernel: { kind: "conv" },
});

/** The cotangent of a convolution's input, from that of its result. */
export const conv2dInputGrad: Op<ConvAttrs> = engineOp({
  name: "conv2dInputGrad",
  shape([g, w], attrs) {
    const { z, batch } = sizesOf("conv2dInputGrad", g!);
    const replicas = checkWeight("conv2dInputGrad", w!, attrs, z);
    return { shape: like(g!, [replicas, batch, ...attrs.input]), dtype: "f32" };
  },
  key,
  // A transposed convolution is this op.
  vjp({ inputs, attrs }, h) {
    const [g, w] = inputs as [Node, Node];
    return [
      sumTo(h.graph.add(conv2dOp, [h, w], attrs), g.shape),
      sumTo(convWeightGradient(h, g, attrs), w.shape),
    ];
  },
  flops: ({ inputs: [g], shape, attrs }) => flops(g!.shape[1]!, shape[0]!, attrs),
  kernel: { kind: "conv" },
});

export interface ConvWeightGradAttrs extends ConvAttrs {
  /** Runs of samples that are summed separately. */
  readonly parts: number;
}

/** The cotangent of a convolution's weight, one for each run of samples: [Z, parts, k, outputs]. */
export const conv2dWeightGrad: Op<ConvWeightGradAttrs> = engineOp({
  name: "conv2dWeightGrad",
  shape([x, g], attrs) {
    const z = Math.max(x!.shape[0]!, g!.shape[0]!);
    return { shape: [z, attrs.parts, ...convWeightShape(z, attrs).slice(2)], dtype: "f32" };
  },
  key: (attrs) => `${key(attrs)} /${attrs.parts}`,
  flops: ({ inputs: [x], shape, attrs }) => flops(x!.shape[1]!, shape[0]!, attrs),
  kernel: { kind: "conv" },
});

/** Minimum number of window places that one part of a weight's gradient sums. */
const PART = 1024;

/**
 * A weight's gradient sums over all places of all samples but has few elements: runs of samples are summed in parallel, then
 * their sums. The number of runs, and so the order of the sum, depends on the shapes only.
 */
function convWeightGradient(x: Node, g: Node, attrs: ConvAttrs): Node {
  const [, batch, height, width] = imageShape(g.shape) as [number, number, number, number];
  const wanted = Math.max(1, Math.min(batch, 64, Math.floor((batch * height * width) / PART)));
  const parts = Math.ceil(batch / samplesOfPart(batch, wanted));
  const gradient = x.graph.add(conv2dWeightGrad, [x, g], { ...attrs, parts });
  return parts === 1 ? gradient : sum(gradient, [1]);
}

/** A convolution's window, groups and whether the weight has a row for the bias. */
export type ConvOptions = Omit<ConvAttrs, "input" | "outputs">;

/**
 * Cross-correlation of images [Z, B, H, W, C], or of sequences [Z, B, length, C], with a weight [R, 1, taps * C / groups (+ 1
 * with a bias), outputs].
 * @throws ActigradError "option" if the groups do not divide the channels, "shape" if the kernel is larger than the padded input,
 * or the weight does not fit
 */
export function conv2d(x: Node, w: Node, options: ConvOptions): Node {
  const { height, width, channels } = sizesOf("conv2d", x);
  const outputs = w.shape.at(-1)!;
  checkGroups("conv2d", channels, outputs, options.groups);
  return x.graph.add(conv2dOp, [x, w], { ...options, input: [height, width, channels], outputs });
}

/** @throws ActigradError "option" if the groups do not divide both numbers of channels */
export function checkGroups(layer: string, inputs: number, outputs: number, groups: number): void {
  if (Number.isSafeInteger(groups) && groups >= 1 && inputs % groups === 0 && outputs % groups === 0) return;
  throw new ActigradError(
    "option",
    `${layer}: ${groups} groups do not divide ${inputs} input and ${outputs} output channels`,
    { hint: "both must be multiples of groups" },
  );
}

/** Which elements of the operands and of the result belong to one multiplication. */
interface Term {
  readonly x: number;
  readonly w: number;
  readonly y: number;
}

/** Calls `visit` for every multiplication of the convolution, by indices within one replica's tensors. */
function eachTerm(batch: number, attrs: ConvAttrs, visit: (term: Term) => void): void {
  const { out, channels, features } = convSizes(batch, attrs);
  const [height, width, depth] = attrs.input as [number, number, number];
  const { outputs } = attrs;
  for (let b = 0; b < batch; b++)
    for (let oy = 0; oy < out[0]; oy++)
      for (let ox = 0; ox < out[1]; ox++) {
        const place = ((b * out[0] + oy) * out[1] + ox) * outputs;
        eachTap(attrs, attrs.input, [oy, ox], (at, tap) => {
          const pixel = (b * height * width + at) * depth;
          for (let c = 0; c < channels; c++)
            for (let o = 0; o < outputs; o++) {
              const group = Math.floor(o / features);
              visit({ x: pixel + group * channels + c, w: (tap * channels + c) * outputs + o, y: place + o });
            }
        });
      }
}

const replica = (t: RefTensor, z: number) => {
  const size = elements(t.shape.slice(1));
  return t.data.subarray((t.shape[0] === 1 ? 0 : z) * size, (t.shape[0] === 1 ? 1 : z + 1) * size);
};

export const conv2dReference = defineReference(conv2dOp, {
  evaluate([x, w], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    const size = elements(shape.slice(1));
    const { k } = convSizes(shape[1]!, attrs);
    for (let z = 0; z < shape[0]!; z++) {
      const [p, q, y] = [replica(x!, z), replica(w!, z), data.subarray(z * size, (z + 1) * size)];
      if (attrs.bias) for (let i = 0; i < size; i++) y[i] = q[k * attrs.outputs + (i % attrs.outputs)]!;
      eachTerm(shape[1]!, attrs, (t) => {
        y[t.y]! += p[t.x]! * q[t.w]!;
      });
    }
    return { shape, data };
  },
});

export const conv2dInputGradReference = defineReference(conv2dInputGrad, {
  evaluate([g, w], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    const size = elements(shape.slice(1));
    for (let z = 0; z < shape[0]!; z++) {
      const [p, q, dx] = [replica(g!, z), replica(w!, z), data.subarray(z * size, (z + 1) * size)];
      eachTerm(shape[1]!, attrs, (t) => {
        dx[t.x]! += p[t.y]! * q[t.w]!;
      });
    }
    return { shape, data };
  },
});

export const conv2dWeightGradReference = defineReference(conv2dWeightGrad, {
  evaluate([x, g], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    const [each, batch] = [elements(shape.slice(2)), g!.shape[1]!];
    const { out, k } = convSizes(batch, attrs);
    const sample = out[0] * out[1] * attrs.outputs;
    const part = (y: number): number => partOf(Math.floor(y / sample), batch, attrs.parts);
    for (let z = 0; z < shape[0]!; z++) {
      const [p, q] = [replica(x!, z), replica(g!, z)];
      const dw = data.subarray(z * attrs.parts * each, (z + 1) * attrs.parts * each);
      eachTerm(batch, attrs, (t) => {
        dw[part(t.y) * each + t.w]! += p[t.x]! * q[t.y]!;
      });
      if (attrs.bias)
        for (let y = 0; y < q.length; y++)
          dw[part(y) * each + k * attrs.outputs + (y % attrs.outputs)]! += q[y]!;
    }
    return { shape, data };
  },
});

/** Samples per part; the last part may have fewer. */
export const samplesOfPart = (batch: number, parts: number): number => Math.ceil(batch / parts);
const partOf = (sample: number, batch: number, parts: number): number =>
  Math.floor(sample / samplesOfPart(batch, parts));
