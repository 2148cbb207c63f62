/** What the layers of images share, and those that only change how a sample is seen. */
import { ActigradError } from "../core/errors.ts";
import { type Shape, elements } from "../core/shape.ts";
import * as ops from "../graph/ops/flatten.ts";
import type { Layer } from "./layer.ts";
import { checkCounts } from "./linear.ts";

/** Height and width of a sample [channels, height, width]. @throws ActigradError "shape" for another, or other channels */
export function imageOf(sample: Shape, channels?: number): readonly [height: number, width: number] {
  const [c, height, width] = sample;
  if (sample.length === 3 && (channels === undefined || c === channels)) return [height!, width!];
  const wanted = `images [${channels ?? "channels"}, height, width]`;
  throw new ActigradError("shape", `it expects ${wanted}, got samples [${sample.join(",")}]`, {
    hint:
      sample.length === 1
        ? "put unflatten([channels, height, width]) before it"
        : "change the channels before it",
  });
}

/** How a layer was made: `conv2d(3, 8, 3, padding=1)`, and the same as data. Options that are functions are left out. */
export function madeBy(
  name: string,
  values: readonly unknown[],
  options: object,
): Required<Pick<Layer, "title" | "recipe">> {
  const text = (value: unknown): string => (Array.isArray(value) ? value.join("x") : String(value));
  const given = Object.entries(options).filter(
    ([, value]) => value !== undefined && typeof value !== "function",
  );
  const said = given.map(([key, value]) => `${key}=${text(value)}`);
  return {
    title: `${name}(${[...values.map(text), ...said].join(", ")})`,
    recipe: [name, ...values, ...(given.length === 0 ? [] : [Object.fromEntries(given)])],
  };
}

/**
 * Every number of an image as a feature, in PyTorch's order, channel by channel, row by row:
 * f32[R, batch, height, width, channels] to f32[R, batch, channels * height * width]. Nothing is copied.
 */
export const flatten = (): Layer => ({
  kind: "reshape",
  title: "flatten",
  recipe: ["flatten"],
  sampleShape: (sample) => [elements(sample)],
  build: (_, x) => ops.flatten(x),
});

/**
 * Features as an image [channels, height, width], or a sequence [channels, length]: the inverse of `flatten`.
 * @throws ActigradError "option" for sizes that are none; the model says "shape" for another number of features
 */
export function unflatten(shape: Shape): Layer {
  checkCounts("unflatten", Object.fromEntries(shape.map((n, axis) => [`size ${axis}`, n])));
  const size = elements(shape);
  return {
    kind: "reshape",
    title: `unflatten([${shape.join(", ")}])`,
    recipe: ["unflatten", shape],
    inputs: size,
    sampleShape(sample) {
      if (elements(sample) === size) return shape;
      throw new ActigradError(
        "shape",
        `got ${elements(sample)} numbers per sample, [${shape.join(",")}] has ${size}`,
      );
    },
    toRows: ops.flatten,
    build: (_, x) => (shape.length === 1 ? ops.flatten(x) : ops.unflatten(ops.flatten(x), physical(shape))),
  };
}

/** Another shape of the same numbers, in PyTorch's order. @throws ActigradError "shape" from the model when they differ */
export const reshape = (shape: Shape): Layer => {
  const { inputs: _, ...layer } = unflatten(shape);
  return { ...layer, title: `reshape([${shape.join(", ")}])`, recipe: ["reshape", shape] };
};

/** PyTorch's [channels, ...places] as it lies: [...places, channels]. */
export const physical = ([channels, ...places]: Shape): Shape => [...places, channels!];
