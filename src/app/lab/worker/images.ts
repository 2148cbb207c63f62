/** What a network sees in images: its first weights, and each layer's view of one image. */
import { type Dataset, type Inspection, featuresOf, inspect } from "../../../index.ts";
import type { ImageSet, SpacePicture } from "./protocol.ts";
import type { Runner } from "./runner.ts";

/** Most first weights, maps of a layer, and training images to choose from. */
const [MOST_WEIGHTS, MOST_MAPS, MOST_SAMPLES] = [32, 32, 16];
/** Cells per line in the picture of a layer without places. */
const LINE = 16;

/** [channels, rows, columns] of samples that are images. */
export function imageShape({ shape }: Dataset): readonly [number, number, number] | undefined {
  const [channels, rows, columns] = shape.length === 2 ? [1, ...shape] : shape;
  return shape.length === 2 || shape.length === 3 ? [channels!, rows!, columns!] : undefined;
}

/** Shows one network's images; records a pass for the selected one. */
export class ImageLook {
  readonly #runner: Runner;
  readonly #samples: ImageSet;
  #chosen: { readonly image: number; readonly inspection: Inspection } | undefined;

  constructor(runner: Runner) {
    this.#runner = runner;
    this.#samples = samplesOf(runner.train);
  }

  async picture(image: number, column: number): Promise<NonNullable<SpacePicture["images"]>> {
    const weights = await firstWeights(this.#runner, column);
    const inspection = await this.#inspectionOf(Math.min(image, this.#samples.images.length - 1));
    inspection.run();
    const kinds = this.#runner.trainer.options.model.layers.map(({ kind }) => kind);
    const hidden = inspection.layers.filter((_, i) => kinds[i] === "activation");
    const maps = await Promise.all(
      hidden.map(async ({ name, title, shape }) => {
        const { output } = await inspection.read(name);
        const size = shape.reduce((a, b) => a * b, 1);
        const own = output.subarray(column * size, (column + 1) * size);
        return { title, shape, ...mapsOf(own, shape) };
      }),
    );
    return { weights, samples: this.#samples, maps };
  }

  async #inspectionOf(image: number): Promise<Inspection> {
    if (this.#chosen?.image !== image) {
      this.dispose();
      const { trainer, train } = this.#runner;
      this.#chosen = { image, inspection: await inspect(trainer, featuresOf(train, image, 1)) };
    }
    return this.#chosen.inspection;
  }

  dispose(): void {
    this.#chosen?.inspection.dispose();
    this.#chosen = undefined;
  }
}

/** The first images. */
const samplesOf = (train: Dataset): ImageSet =>
  imagesOf(
    train,
    Array.from({ length: Math.min(train.rows, MOST_SAMPLES) }, (_, i) => i),
  );

/** Rows as images, the mean of their channels, from 0 to 1. */
export function imagesOf(dataset: Dataset, chosen: readonly number[]): ImageSet {
  const [channels, rows, columns] = imageShape(dataset)!;
  const size = rows * columns;
  const images = chosen.map((i) => {
    const sample = dataset.x.subarray(i * channels * size, (i + 1) * channels * size);
    const image = new Float32Array(size);
    for (const [k, value] of sample.entries()) image[k % size]! += value;
    const [low, high] = [Math.min(...image), Math.max(...image)];
    return image.map((value) => (value - low) / Math.max(1e-9, high - low));
  });
  return { rows, columns, images };
}

/** Weights from the pixels to the first units, or the first kernels, each scaled to -1 to 1. */
async function firstWeights({ trainer, train }: Runner, column: number): Promise<ImageSet> {
  const [, rows, columns] = imageShape(train)!;
  const { data, shape } = [...(await trainer.weights(column)).values()][0]!;
  const [height, width] = shape.length === 4 ? [shape[2]!, shape[3]!] : [rows, columns];
  const size = height * width;
  const images = Array.from({ length: Math.min(data.length / size, MOST_WEIGHTS) }, (_, i) =>
    scaled(data.slice(i * size, (i + 1) * size)),
  );
  return { rows: height, columns: width, images };
}

/** One network's maps: one per channel; features without places become the cells of one picture. */
function mapsOf(output: Float32Array, shape: readonly number[]): ImageSet {
  const [height, width, channels] = shape;
  if (channels === undefined) {
    const rows = Math.ceil(height! / LINE);
    const cells = new Float32Array(rows * LINE);
    cells.set(output.subarray(0, height));
    return { rows, columns: LINE, images: [scaled(cells)] };
  }
  const size = height! * width!;
  const values = scaled(output.slice(0, size * channels));
  const images = Array.from({ length: Math.min(channels, MOST_MAPS) }, (_, c) =>
    Float32Array.from({ length: size }, (_pixel, i) => values[i * channels + c]!),
  );
  return { rows: height!, columns: width!, images };
}

/** Divided by the largest magnitude. */
function scaled(values: Float32Array): Float32Array {
  const most = values.reduce((a, value) => Math.max(a, Math.abs(value)), 1e-9);
  return values.map((value) => value / most);
}
