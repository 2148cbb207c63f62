/**
 * Synthetic two-dimensional sets: classics that show what a network learns. All lie roughly in [-1, 1] x [-1, 1], depend only on
 * the seed (the same bits on every machine), and have classes whose sizes differ by at most one row.
 */
import { unknownName } from "../core/errors.ts";
import { exactSinCos } from "../core/exact.ts";
import { checkOptions, type NumberOption, type OptionValues } from "../core/options.ts";
import { normal, streamOf, uniform } from "../core/random.ts";
import { checkDataset, type ClassDataset } from "./dataset.ts";

type Point = [x: number, y: number];

/** Numbers with a default, and their meaning. */
type SetOptions = Readonly<Record<string, NumberOption & { readonly default: number; readonly doc: string }>>;

interface Shape<T extends SetOptions = SetOptions> {
  readonly doc: string;
  /** The usual standard deviation of the noise. */
  readonly noise: number;
  readonly options: T;
  classes(options: OptionValues<T>): number;
  /** The point of row i: k is its class, u and v are uniform in [0, 1). Noise is added afterwards. */
  point(k: number, u: number, v: number, i: number, options: OptionValues<T>): Point;
}

const shape = <const T extends SetOptions>(spec: Shape<T>): Shape => spec;

const shapes: Readonly<Record<string, Shape>> = {
  spirals: shape({
    doc: "arms that wind around each other from the centre (Lang and Witbrock 1988)",
    noise: 0.02,
    options: {
      turns: { kind: "number", default: 1.5, min: 0, max: 20, doc: "turns of each arm" },
      arms: {
        kind: "number",
        default: 2,
        min: 2,
        max: 20,
        whole: true,
        doc: "number of arms, one per class",
      },
    },
    classes: ({ arms }) => arms,
    point(k, u, _v, _i, { turns, arms }) {
      // Even along the radius, and never at the centre, where all arms meet.
      const radius = 0.05 + 0.95 * u;
      return polar(radius, radius * turns + k / arms);
    },
  }),
  circles: shape({
    doc: "a disc inside a ring",
    noise: 0,
    options: {
      inner: { kind: "number", default: 0.5, min: 0.01, max: 1, doc: "radius of the disc" },
      outer: {
        kind: "number",
        default: 0.7,
        min: 0,
        max: 0.99,
        doc: "inner radius of the ring, whose outer radius is 1",
      },
    },
    classes: () => 2,
    point(k, u, v, _i, { inner, outer }) {
      // Even over the area: the square of the radius is uniform.
      const square = k === 0 ? inner ** 2 * u : outer ** 2 + (1 - outer ** 2) * u;
      return polar(Math.sqrt(square), v);
    },
  }),
  xor: shape({
    doc: "four quadrants; opposite ones share a class",
    noise: 0,
    options: {
      gap: { kind: "number", default: 0.06, min: 0, max: 0.9, doc: "distance of the points from both axes" },
    },
    classes: () => 2,
    point(k, u, v, i, { gap }) {
      // Rows 0 to 3 go to four quadrants. Class 0: the signs are the same; class 1: they differ.
      const right = (i & 2) === 0;
      const up = (k === 0) === right;
      const x = gap + (1 - gap) * u;
      const y = gap + (1 - gap) * v;
      return [right ? x : -x, up ? y : -y];
    },
  }),
  moons: shape({
    doc: "two interleaving half circles",
    noise: 0.07,
    options: {},
    classes: () => 2,
    point(k, u) {
      const [x, y] = polar(1, u / 2);
      // The usual moons, an upper arc and a flipped one shifted by (1, 0.5), centred and scaled to [-1, 1].
      const [a, b] = k === 0 ? [x, y] : [1 - x, 0.5 - y];
      return [(a - 0.5) / 1.5, (b - 0.25) / 1.5];
    },
  }),
};

const optionsOf = ({ noise, options }: Shape) =>
  ({
    noise: {
      kind: "number",
      default: noise,
      min: 0,
      max: 10,
      doc: "standard deviation added to both coordinates",
    },
    ...options,
  }) as const satisfies SetOptions;

/** Names of the sets that `synthetic` makes. */
export const syntheticNames: readonly string[] = Object.keys(shapes);

/** Name, description and options of each set, for a command line's help. */
export function describeSynthetic(): { name: string; doc: string; options: SetOptions }[] {
  return Object.entries(shapes).map(([name, set]) => ({ name, doc: set.doc, options: optionsOf(set) }));
}

/** Whether there is a set of that name. */
export function isSynthetic(name: string): boolean {
  return Object.hasOwn(shapes, name);
}

/**
 * `rows` points of the set `name`; row i has class i modulo the number of classes. `part` ("train", "test") selects different
 * points of the same set.
 * @throws ActigradError "option" for unknown names and values out of range
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
  const { noise, ...values } = checkOptions(name, optionsOf(shape), options);
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
      x[2 * i + axis] = point[axis]! + noise * offsets[2 * i + axis]!;
    }
  }
  return checkDataset({ name, kind: "classes", rows, shape: [2], x, labels, classes, features: ["x", "y"] });
}

/** The point at distance `radius` from the centre, `turns` full turns from the x axis. */
function polar(radius: number, turns: number): Point {
  const [sin, cos] = exactSinCos(turns);
  return [radius * cos, radius * sin];
}
