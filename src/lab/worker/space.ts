/** What a network makes of space: the decision surface, the planes of its layers, a cloud of their outputs. */
import { type Dataset, type Inspection, sampleSize } from "../../index.ts";
import { classColour } from "./class-colours.ts";
import type { Cloud } from "./cloud.ts";
import { type Components, principalComponents } from "./pca.ts";
import type { BentGrid, SpacePicture } from "./protocol.ts";
import type { Runner } from "./runner.ts";

/** Cells of the decision surface along one side. */
const SIDE = 44;
/** Lines of a grid in each direction, and points of a line. */
const [LINES, POINTS] = [11, 31];
/** Training rows in the cloud, and points that are drawn over the surface. */
const MOST_ROWS = 1000;
const MOST_POINTS = 600;
/** First-layer units whose weights are shown as images. */
const MOST_IMAGES = 32;

interface Look {
  readonly runner: Runner;
  readonly rows: Inspection;
  readonly grid: Inspection | undefined;
  /** Half the side of the square that is shown. */
  readonly reach: number;
  readonly components: Map<string, Components>;
}

export class Space {
  #look: Look | undefined;

  async picture(place: number, runner: Runner, layer: number, cloud: Cloud): Promise<SpacePicture> {
    const look = await this.#lookAt(runner);
    const { step, train } = runner;
    look.rows.run();
    look.grid?.run();
    const plane = look.grid !== undefined;
    const explained = await this.#showCloud(look, layer, cloud);
    return {
      runner: place,
      step,
      hidden: hiddenLayers(look.rows).map(({ title, features }) => `${title}, ${features}`),
      grids: plane ? await bentGrids(look, look.grid) : [],
      ...(plane && train.kind === "classes" ? { surface: await surface(look, train) } : {}),
      ...(explained && { cloud: explained }),
      ...(train.shape.length === 2 ? { weights: await firstWeights(runner) } : {}),
    };
  }

  dispose(): void {
    this.#look?.rows.dispose();
    this.#look?.grid?.dispose();
    this.#look = undefined;
  }

  async #lookAt(runner: Runner): Promise<Look> {
    if (this.#look?.runner === runner) return this.#look;
    this.dispose();
    const { trainer, train } = runner;
    const plane = sampleSize(train) === 2;
    const reach = plane ? 1.1 * (train.x as Float32Array).reduce((a, x) => Math.max(a, Math.abs(x)), 0) : 0;
    this.#look = {
      runner,
      rows: await trainer.inspect(train, { rows: Math.min(train.rows, MOST_ROWS) }),
      grid: plane ? await trainer.inspect(gridLines(reach)) : undefined,
      reach,
      components: new Map(),
    };
    return this.#look;
  }

  /** Draws the layer's outputs in their first three components; gives what these explain. */
  async #showCloud(look: Look, layer: number, cloud: Cloud): Promise<readonly number[] | undefined> {
    const shown = hiddenLayers(look.rows)[layer];
    if (shown === undefined || shown.features < 3) return undefined;
    const { name, features } = shown;
    // Where to look from is decided by numbers that are read back; what is drawn is not.
    const components = await componentsOf(look, look.rows, `cloud ${name}`, name, 3);
    const { train } = look.runner;
    const labels = train.kind === "classes" ? train.labels : [];
    cloud.show({ buffer: look.rows.buffer(name), rows: look.rows.rows, features, components, labels });
    return components.explained;
  }
}

/** The results of activations: what a hidden layer hands on. */
const hiddenLayers = ({ layers }: Inspection): Inspection["layers"] =>
  layers.filter(({ title }) => !title.startsWith("linear("));

/** The principal components of the first replica's outputs, starting from those of the look before. */
async function componentsOf(
  { components }: Look,
  inspection: Inspection,
  key: string,
  layer: string,
  count: number,
): Promise<Components> {
  const { shape, output } = await inspection.read(layer);
  const [, rows, features] = shape;
  const found = principalComponents(output, rows, features, count, components.get(key));
  components.set(key, found);
  return found;
}

/** Lines along x, then lines along y, over the square from -reach to reach. */
function gridLines(reach: number): Float32Array {
  const at = (i: number, count: number): number => reach * ((2 * i) / (count - 1) - 1);
  const points: number[] = [];
  for (let line = 0; line < LINES; line++)
    for (let i = 0; i < POINTS; i++) points.push(at(i, POINTS), at(line, LINES));
  for (let line = 0; line < LINES; line++)
    for (let i = 0; i < POINTS; i++) points.push(at(line, LINES), at(i, POINTS));
  return Float32Array.from(points);
}

async function bentGrids(look: Look, grid: Inspection | undefined): Promise<BentGrid[]> {
  if (grid === undefined) return [];
  const grids: BentGrid[] = [];
  for (const { name, title, features } of hiddenLayers(grid)) {
    if (features < 2) continue;
    const { output } = await grid.read(name);
    const { mean, axes, explained, spread } = await componentsOf(look, grid, `grid ${name}`, name, 2);
    const scale = 1 / Math.max(1e-9, spread[0]!);
    const lines = Array.from({ length: 2 * LINES }, (_, line) => {
      const points = new Float32Array(2 * POINTS);
      for (let i = 0; i < POINTS; i++) {
        const row = (line * POINTS + i) * features;
        for (let k = 0; k < 2; k++) {
          let along = 0;
          for (let j = 0; j < features; j++) along += (output[row + j]! - mean[j]!) * axes[k]![j]!;
          points[2 * i + k] = along * scale;
        }
      }
      return points;
    });
    grids.push({ title, features, lines, explained: [explained[0]!, explained[1]!] });
  }
  return grids;
}

async function surface(
  { runner, reach }: Look,
  train: Extract<Dataset, { kind: "classes" }>,
): Promise<NonNullable<SpacePicture["surface"]>> {
  const points = Float32Array.from({ length: SIDE * SIDE * 2 }, (_, i) => {
    const cell = i >> 1;
    const at = i % 2 === 0 ? cell % SIDE : SIDE - 1 - Math.floor(cell / SIDE);
    return reach * ((2 * (at + 0.5)) / SIDE - 1);
  });
  const { data, shape } = await runner.trainer.predict(points);
  const classes = shape[2];
  const pixels = new Uint8ClampedArray(4 * SIDE * SIDE);
  for (let cell = 0; cell < SIDE * SIDE; cell++) {
    const logits = data.subarray(cell * classes, (cell + 1) * classes);
    const top = Math.max(...logits);
    const weights = Array.from(logits, (value) => Math.exp(value - top));
    const total = weights.reduce((a, b) => a + b, 0);
    for (const [k, weight] of weights.entries()) {
      const colour = classColour(k);
      for (let c = 0; c < 3; c++) pixels[4 * cell + c]! += (colour[c]! * weight) / total;
    }
    pixels[4 * cell + 3] = 255 * (0.15 + 0.6 * ((1 / total - 1 / classes) / (1 - 1 / classes)));
  }
  const rows = Math.min(train.rows, MOST_POINTS);
  return {
    side: SIDE,
    reach,
    pixels,
    points: (train.x as Float32Array).slice(0, 2 * rows),
    labels: train.labels.slice(0, rows),
  };
}

/** Weights from the pixels to the first units, each scaled to -1 to 1. */
async function firstWeights({ trainer, train }: Runner): Promise<NonNullable<SpacePicture["weights"]>> {
  const [rows, columns] = train.shape as [number, number];
  const { data, shape } = (await trainer.weights(0)).get("0.weight")!;
  const images = Array.from({ length: Math.min(shape[0]!, MOST_IMAGES) }, (_, unit) => {
    const image = data.slice(unit * rows * columns, (unit + 1) * rows * columns);
    const most = image.reduce((a, value) => Math.max(a, Math.abs(value)), 1e-9);
    return image.map((value) => value / most);
  });
  return { rows, columns, images };
}
