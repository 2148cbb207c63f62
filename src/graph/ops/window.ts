import { ActigradError } from "../../core/errors.ts";
import { type Shape, type TensorType, formatType } from "../../core/shape.ts";

/** Rows and columns. */
export type Pair = readonly [height: number, width: number];

/** How a window moves over an image, with PyTorch's meaning; every op with a window takes these. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  /** On both sides of each axis. */
  readonly padding: Pair;
  readonly dilation: Pair;
}

/** One number for both axes, or one each. */
export type PairOption = number | Pair;

/** How a window moves over an image; a number counts for height and width. */
export interface WindowOptions {
  readonly stride?: PairOption;
  readonly padding?: PairOption;
  readonly dilation?: PairOption;
}

const names = ["kernel", "stride", "padding", "dilation"] as const;
const least = { kernel: 1, stride: 1, padding: 0, dilation: 1 };

/** @throws ActigradError "option" for a number that is not whole, or too small */
export function windowOf(op: string, kernel: PairOption, options: WindowOptions, stride: PairOption): Window {
  const given = { kernel, stride, padding: 0, dilation: 1, ...options };
  const pairs = names.map((name) => {
    const value: PairOption = given[name];
    const pair: readonly number[] = typeof value === "number" ? [value, value] : value;
    if (pair.length !== 2 || pair.some((n) => !Number.isSafeInteger(n) || n < least[name])) {
      throw new ActigradError(
        "option",
        `${op}: ${name} must be a whole number of at least ${least[name]}, or two, got ${JSON.stringify(value)}`,
      );
    }
    return [name, [pair[0]!, pair[1]!]] as const;
  });
  return Object.fromEntries(pairs) as unknown as Window;
}

/** Rows or columns covered by a window. */
export const extent = ({ kernel, dilation }: Window, axis: 0 | 1): number =>
  dilation[axis] * (kernel[axis] - 1) + 1;

/** A sequence [Z, B, length, C] as an image of height 1; an image unchanged. */
export const imageShape = (shape: Shape): Shape =>
  shape.length === 4 ? [...shape.slice(0, 2), 1, ...shape.slice(2)] : shape;

/** The sizes of an image [Z, B, H, W, C], or a typed error. */
export function imageSizes(op: string, x: TensorType) {
  if (x.shape.length !== 5 || x.dtype !== "f32") {
    throw new ActigradError(
      "shape",
      `${op}: an image f32[replicas, batch, height, width, channels] is needed, got ${formatType(x)}`,
      {
        hint: "put unflatten([channels, height, width]) before it",
      },
    );
  }
  const [z, batch, height, width, channels] = x.shape as [number, number, number, number, number];
  return { z, batch, height, width, channels };
}

/**
 * Places where a window stops, down and across. With `ceil` the last may extend past the padded image, but none starts in the
 * padding at the end: PyTorch's rule.
 * @throws ActigradError "shape" if the window is larger than the padded image
 */
export function windowCounts(op: string, x: TensorType, window: Window, ceil = false): Pair {
  const { height, width } = imageSizes(op, x);
  const counts = ([height, width] as const).map((size, i) => {
    const axis = i as 0 | 1;
    const [stride, padding] = [window.stride[axis], window.padding[axis]];
    const room = size + 2 * padding - extent(window, axis);
    if (room < 0) {
      const [h, w] = window.padding;
      throw new ActigradError(
        "shape",
        `${op}: the kernel covers ${extent(window, 0)} x ${extent(window, 1)}, the padded input has ` +
          `${height + 2 * h} x ${width + 2 * w}`,
        { hint: "take a smaller kernel or dilation, or more padding" },
      );
    }
    const count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
    return ceil && (count - 1) * stride >= size + padding ? count - 1 : count;
  });
  return [counts[0]!, counts[1]!];
}

/** Calls `visit` for each pixel of an image, row by row, in the window at a place, with its tap. */
export function eachTap(
  { kernel, stride, padding, dilation }: Window,
  [height, width]: Shape,
  [oy, ox]: Pair,
  visit: (pixel: number, tap: number) => void,
): void {
  for (let ky = 0; ky < kernel[0]; ky++)
    for (let kx = 0; kx < kernel[1]; kx++) {
      const y = oy * stride[0] - padding[0] + ky * dilation[0];
      const x = ox * stride[1] - padding[1] + kx * dilation[1];
      if (y >= 0 && y < height! && x >= 0 && x < width!) visit(y * width! + x, ky * kernel[1] + kx);
    }
}

/** A window as text that distinguishes nodes. */
export const windowKey = ({ kernel, stride, padding, dilation }: Window): string =>
  `${kernel.join("x")} s${stride.join()} p${padding.join()} d${dilation.join()}`;

/** @throws ActigradError "option" for padding of more than half the kernel: some windows would cover nothing else */
export function checkPadding(op: string, { kernel, padding }: Window): void {
  if (padding.every((n, axis) => 2 * n <= kernel[axis as 0 | 1])) return;
  throw new ActigradError(
    "option",
    `${op}: padding ${padding.join(" x ")} is more than half of the kernel ${kernel.join(" x ")}`,
  );
}
