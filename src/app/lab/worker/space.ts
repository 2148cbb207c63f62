/** What a network makes of space: the decision surface, the planes of its layers, a cloud of their outputs. */
import { type Inspection, type Trainer, featuresOf, inspect, sampleSize } from "../../../index.ts";
import type { Cloud } from "./cloud.ts";
import { type Components, principalComponents } from "./pca.ts";
import type { BentGrid, SpacePicture, Watch } from "./protocol.ts";
import { ImageLook, imageShape } from "./images.ts";
import type { Runner } from "./runner.ts";
import { reachOf, surfaceOf } from "./surface.ts";
import { widestLayer } from "./widest.ts";

/** Cells per side of the decision surface. */
const SIDE = 44;
/** Lines of a grid per direction, and points per line. */
const [LINES, POINTS] = [11, 31];
/** Training rows in the cloud, fewer if a layer would exceed the second number; points drawn over the surface. */
const [MOST_ROWS, MOST_VALUES] = [1000, 4_000_000];
const MOST_POINTS = 600;

interface Look {
  readonly runner: Runner;
  readonly rows: Inspection;
  readonly grid: Inspection | undefined;
  /** Half the side of the displayed square. */
  readonly reach: number;
  readonly components: Map<string, Components>;
  readonly images: ImageLook | undefined;
}

export class Space {
  #look: Look | undefined;

  async picture(
    runner: Runner,
    { layer, image, ...networks }: Extract<Watch, { kind: "space" }>,
    cloud: Cloud,
  ): Promise<SpacePicture> {
    const look = await this.#lookAt(runner);
    const { step, train } = runner;
    look.rows.run();
    look.grid?.run();
    const plane = look.grid !== undefined;
    const [column = 0] = networks.columns;
    const explained = await this.#showCloud(look, column, layer, cloud);
    return {
      runner: networks.runner,
      columns: networks.columns,
      step,
      hidden: flatLayers(runner.trainer, look.rows).map(({ title, shape }) => `${title}, ${shape[0]}`),
      grids: plane ? await bentGrids(look, column, look.grid) : [],
      ...(plane && train.kind === "classes"
        ? {
            surface: await surfaceOf(runner, column, train, {
              side: SIDE,
              reach: look.reach,
              most: MOST_POINTS,
            }),
          }
        : {}),
      ...(explained && { cloud: explained }),
      ...(look.images !== undefined && { images: await look.images.picture(image, column) }),
    };
  }

  dispose(): void {
    this.#look?.rows.dispose();
    this.#look?.grid?.dispose();
    this.#look?.images?.dispose();
    this.#look = undefined;
  }

  async #lookAt(runner: Runner): Promise<Look> {
    if (this.#look?.runner === runner) return this.#look;
    this.dispose();
    const { trainer, train } = runner;
    const plane = sampleSize(train) === 2;
    const reach = plane ? reachOf(train) : 0;
    const fitting = Math.max(1, Math.floor(MOST_VALUES / widestLayer(trainer)));
    this.#look = {
      runner,
      rows: await inspect(trainer, featuresOf(train, 0, Math.min(train.rows, MOST_ROWS, fitting))),
      grid: plane ? await inspect(trainer, gridLines(reach)) : undefined,
      reach,
      components: new Map(),
      images: imageShape(train) === undefined ? undefined : new ImageLook(runner),
    };
    return this.#look;
  }

  /** Draws the layer's outputs in their first three components; returns the share that these explain. */
  async #showCloud(
    look: Look,
    column: number,
    layer: number,
    cloud: Cloud,
  ): Promise<readonly number[] | undefined> {
    const shown = flatLayers(look.runner.trainer, look.rows)[layer];
    const features = shown?.shape[0] ?? 0;
    if (shown === undefined || features < 3) return undefined;
    const { name } = shown;
    // The viewing direction uses numbers that are read back; the drawing does not.
    const components = await componentsOf(look, look.rows, "cloud", column, name, 3);
    const { train } = look.runner;
    const labels = train.kind === "classes" ? train.labels : [];
    const { rows } = look.rows;
    cloud.show({ buffer: look.rows.buffer(name), from: column * rows, rows, features, components, labels });
    return components.explained;
  }
}

/** Features that hidden layers pass on: the results of activations, and flattened images. */
const flatLayers = ({ options }: Trainer, { layers }: Inspection): Inspection["layers"] =>
  layers.filter(
    ({ shape }, i) => shape.length === 1 && ["activation", "reshape"].includes(options.model.layers[i]!.kind),
  );

/** The principal components of one network's outputs, starting from those of the previous look. */
async function componentsOf(
  { components }: Look,
  inspection: Inspection,
  use: string,
  column: number,
  layer: string,
  count: number,
): Promise<Components> {
  const key = `${use} ${column} ${layer}`;
  const { shape, output } = await inspection.read(layer);
  const [, rows, features = 1] = shape;
  const own = output.subarray(column * rows * features);
  const found = principalComponents(own, rows, features, count, components.get(key));
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

async function bentGrids(look: Look, column: number, grid: Inspection | undefined): Promise<BentGrid[]> {
  if (grid === undefined) return [];
  const grids: BentGrid[] = [];
  for (const { name, title, shape } of flatLayers(look.runner.trainer, grid)) {
    const features = shape[0]!;
    if (features < 2) continue;
    const { output, shape: whole } = await grid.read(name);
    const from = column * whole[1];
    const { mean, axes, explained, spread } = await componentsOf(look, grid, "grid", column, name, 2);
    const scale = 1 / Math.max(1e-9, spread[0]!);
    const lines = Array.from({ length: 2 * LINES }, (_, line) => {
      const points = new Float32Array(2 * POINTS);
      for (let i = 0; i < POINTS; i++) {
        const row = (from + line * POINTS + i) * features;
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
