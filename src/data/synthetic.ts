/**
 * Two-dimensional sets that are made, not loaded: the classics on which one sees what a network learns. All lie about
 * in [-1, 1] x [-1, 1], depend on the seed alone (the same bits on every machine), and have classes whose sizes
 * differ by at most one row.
 */
import { unknownName } from "../core/errors.ts";
import { exactSinCos } from "../core/exact.ts";
import { normal, streamOf, uniform } from "../core/random.ts";
import { checkDataset, type ClassDataset } from "./dataset.ts";
import { readOptions, type OptionSpecs, type OptionValues } from "./spec.ts";

type Point = [x: number, y: number];

interface Shape {
  readonly doc: string;
  readonly options: OptionSpecs;
  readonly classes: (options: OptionValues) => number;
  /** The point of row i: k is its class, u and v are uniform in [0, 1). Noise is added afterwards. */
  readonly point: (k: number, u: number, v: number, i: number, options: OptionValues) => Point;
}

const noise = (std: number) => ({
  default: std,
  min: 0,
  max: 10,
  doc: "standard deviation added to both coordinates",
});

const shapes: Readonly<Record<string, Shape>> = {
  spirals: {
    doc: "arms that wind around each other from the centre (Lang and Witbrock 1988)",
    options: {
      noise: noise(0.02),
      turns: { default: 1.5, min: 0, max: 20, doc: "how often an arm winds around" },
      arms: { default: 2, min: 2, max: 20, whole: true, doc: "number of arms, one a class" },
    },
    classes: ({ arms }) => arms!,
    point(k, u, _v, _i, { turns, arms }) {
      // Evenly along the radius, and never in the centre, where all arms meet.
      const radius = 0.05 + 0.95 * u;
      return polar(radius, radius * turns! + k / arms!);
    },
  },
  circles: {
    doc: "a disc inside a ring",
    options: {
      noise: noise(0),
      inner: { default: 0.5, min: 0.01, max: 1, doc: "radius of the disc" },
      outer: { default: 0.7, min: 0, max: 0.99, doc: "inner radius of the ring, whose outer radius is 1" },
    },
    classes: () => 2,
    point(k, u, v, _i, { inner, outer }) {
      // Even over the area: the square of the radius is uniform.
      const square = k === 0 ? inner! ** 2 * u : outer! ** 2 + (1 - outer! ** 2) * u;
      return polar(Math.sqrt(square), v);
    },
  },
  xor: {
    doc: "four quadrants, opposite ones of the same class",
    options: {
      noise: noise(0),
      gap: { default: 0.06, min: 0, max: 0.9, doc: "distance of the points from both axes" },
    },
    classes: () => 2,
    point(k, u, v, i, { gap }) {
      // Rows 0 to 3 go to four quadrants. Class 0 is where the signs are the same, class 1 where they differ.
      const right = (i & 2) === 0;
      const up = (k === 0) === right;
      const x = gap! + (1 - gap!) * u;
      const y = gap! + (1 - gap!) * v;
      return [right ? x : -x, up ? y : -y];
    },
  },
  moons: {
    doc: "two half circles that reach into each other",
    options: { noise: noise(0.07) },
    classes: () => 2,
    point(k, u) {
      const [x, y] = polar(1, u / 2);
      // The usual moons, an upper arc and one shifted by (1, 0.5) and turned over, centred and scaled to [-1, 1].
      const [a, b] = k === 0 ? [x, y] : [1 - x, 0.5 - y];
      return [(a - 0.5) / 1.5, (b - 0.25) / 1.5];
    },
  },
};

/** Names of the sets that `synthetic` makes. */
export const syntheticNames: readonly string[] = Object.keys(shapes);

/** Name, description and options of each set, for a command line's help. */
export function describeSynthetic(): { name: string; doc: string; options: OptionSpecs }[] {
  return Object.entries(shapes).map(([name, { doc, options }]) => ({ name, doc, options }));
}

/** Whether there is a set of that name. */
export function isSynthetic(name: string): boolean {
  return Object.hasOwn(shapes, name);
}

/**
 * `rows` points of the set `name`; row i is of class i modulo the number of classes. `part` ("train", "test") gives
 * other points of the same set. Throws ActigradError "option" for unknown names and values out of range.
 */
export function synthetic(
  name: string,
  rows: number,
  options: Readonly<Record<string, number>> = {},
  seed = 0,
  part = "train",
): ClassDataset {
  const shape = isSynthetic(name) ? shapes[name] : undefined;
  if (shape === undefined) throw unknownName("dataset", name, syntheticNames);
  const values = readOptions(name, shape.options, new Map(Object.entries(options)));
  const classes = shape.classes(values);
  const positions = uniform(seed, streamOf(`${name}.${part}.position`), rows * 2);
  const offsets = normal(seed, streamOf(`${name}.${part}.noise`), rows * 2);
  const x = new Float32Array(rows * 2);
  const labels = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    const k = i % classes;
    labels[i] = k;
    const point = shape.point(k, positions[2 * i]!, positions[2 * i + 1]!, i, values);
    for (let axis = 0; axis < 2; axis++) {
      x[2 * i + axis] = point[axis]! + values["noise"]! * offsets[2 * i + axis]!;
    }
  }
  return checkDataset({ name, kind: "classes", rows, shape: [2], x, labels, classes, features: ["x", "y"] });
}

/** The point at `radius` from the centre, `turns` whole turns from the x axis. */
function polar(radius: number, turns: number): Point {
  const [sin, cos] = exactSinCos(turns);
  return [radius * cos, radius * sin];
}
