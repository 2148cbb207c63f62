/** The small convolutional network of the statements, on images of 14 x 14. */
import {
  type ClassDataset,
  type Initializer,
  type Layer,
  type Model,
  conv2d,
  flatten,
  glorotUniform,
  linear,
  maxPool2d,
  parseActivation,
  sampleSize,
  sequential,
  unflatten,
} from "../index.ts";
import { initOf, initializers } from "./networks.ts";

/** Side length of the pooled images. */
export const SIDE = 14;

/** Averages 28 x 28 images over 2 x 2 pixels; normalised as the original bytes, or raw from 0 to 255. */
export function pooled(images: ClassDataset, raw = false): ClassDataset {
  const { normalise = { scale: 1, shift: 0 }, ...rest } = images;
  const size = sampleSize(images);
  const width = Math.sqrt(size);
  const { scale, shift } = raw ? { scale: 1, shift: 0 } : normalise;
  const x = new Float32Array(images.rows * SIDE * SIDE);
  for (let i = 0; i < x.length; i++) {
    const [row, place] = [Math.floor(i / SIDE ** 2), i % SIDE ** 2];
    const at = row * size + 2 * Math.floor(place / SIDE) * width + 2 * (place % SIDE);
    const sum = images.x[at]! + images.x[at + 1]! + images.x[at + width]! + images.x[at + width + 1]!;
    x[i] = (sum / 4) * scale + shift;
  }
  return { ...rest, shape: [SIDE, SIDE], x };
}

/** A stage between the input and the last layer: a convolution with a number of channels, or a pooling. */
export type Stage = { readonly channels: number; readonly kernel?: number } | "pool";

/** Convolutions that keep height and width, each followed by an activation; 2 x 2 pooling; hidden units if wanted; ten classes. */
export function smallCnn(
  activation: string,
  stages: readonly Stage[],
  { hidden = 0, init }: { readonly hidden?: number; readonly init?: Initializer } = {},
): Model {
  const layers: Layer[] = [];
  const start = init ?? initializers[initOf(activation)];
  let [channels, side] = [1, SIDE];
  for (const stage of stages) {
    if (stage === "pool") {
      layers.push(maxPool2d(2));
      side = Math.floor(side / 2);
      continue;
    }
    const { kernel = 3 } = stage;
    layers.push(conv2d(channels, stage.channels, kernel, { padding: (kernel - 1) / 2, init: start }));
    layers.push(parseActivation(activation));
    channels = stage.channels;
  }
  layers.push(flatten());
  let units = channels * side * side;
  if (hidden > 0) {
    layers.push(linear(units, hidden, { init: start }), parseActivation(activation));
    units = hidden;
  }
  return sequential(
    unflatten([1, SIDE, SIDE]),
    ...layers,
    linear(units, 10, { init: init ?? glorotUniform() }),
  );
}

/** 16 - pool - 32 - pool, all 3 x 3. */
export const two: readonly Stage[] = [{ channels: 16 }, "pool", { channels: 32 }, "pool"];
