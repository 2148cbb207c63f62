/** Shared parts of the layers for images, and the layers that only reshape a sample. */
import { ActigradError } from "../core/errors.ts";
import { type Shape, elements } from "../core/shape.ts";
import * as ops from "../graph/ops/flatten.ts";
import type { Layer } from "./layer.ts";
import { checkCounts } from "./linear.ts";

/** Height and width of a sample [channels, height, width]. @throws ActigradError "shape" for any other sample */
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

/** How a layer was made: `conv2d(3, 8, 3, padding=1)`, and the same as data. Function-valued options are left out. */
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
 * All numbers of an image as features, in PyTorch's order (channel by channel, row by row): f32[R, batch, height, width,
 * channels] to f32[R, batch, channels * height * width]. Copies nothing.
 */
export const flatten = (): Layer => ({
  kind: "reshape",
  title: "flatten",
  recipe: ["flatten"],
  sampleShape: (sample) => [elements(sample)],
  build: (_, x) => ops.flatten(x),
});

/**
 * Features as an image [channels, height, width] or a sequence [channels, length]: the inverse of `flatten`.
 * @throws ActigradError "option" for invalid sizes; the model throws "shape" for another number of features
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

/**
 * Another shape for the same numbers, in PyTorch's order. @throws ActigradError "shape", when a model is built, if the counts
 * differ
 */
export const reshape = (shape: Shape): Layer => {
  const { inputs: _, ...layer } = unflatten(shape);
  return { ...layer, title: `reshape([${shape.join(", ")}])`, recipe: ["reshape", shape] };
};

/** PyTorch's shape [channels, ...places] in the engine's layout: [...places, channels]. */
export const physical = ([channels, ...places]: Shape): Shape => [...places, channels!];
