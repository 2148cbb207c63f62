/** Formulas by their values: which are refused, which are equal, which are catalogue activations. Float64, pure. */
import type { Activation } from "../../activations/activation.ts";
import { activations, resolveParams } from "../../activations/index.ts";
import { ActigradError } from "../../core/errors.ts";
import { type Expr, Program } from "../../activations/formula/expr.ts";
import { formula, partsOf } from "../../activations/formula/formula.ts";
import { gridOf } from "../../activations/formula/points.ts";
import { type Point, single, valuesOn } from "../../activations/formula/real.ts";
import { type Tree, treeOf } from "./tree.ts";

/** Probes: |x| <= 10, close to 0, out to 1e4; the same on both sides. */
const probes = gridOf(64);
/** Allowed difference between values of the same function, relative to 1 + their size: far more than float64 rounds. */
const SAME = 1e-7;

/** Values at the probes: with the learned parameters at their starting values, then changed. */
export type Outline = readonly Float64Array[];

/** Why a formula is not tried. */
export type Refusal = "formula" | "not finite" | "constant" | "linear";

export interface Looked {
  readonly tree: Tree;
  readonly outline: Outline;
  /** Rough cost of an evaluation: its operations, with those as expensive as exp counted as five. */
  readonly operations: number;
}

/** A formula's values, or why it is useless as a function. */
export function look(text: string): Looked | Refusal {
  const tree = orRefusal(() => treeOf(text));
  if (tree === "formula") return tree;
  const { root, learned } = tree;
  if (!isFinite32([root], learned)) return "not finite";
  const moved = Object.fromEntries(
    Object.entries(learned).map(([name, v], i) => [name, 1.25 * v + 0.1 * (i + 1)]),
  );
  const settings = Object.keys(learned).length === 0 ? [learned] : [learned, moved];
  const outline = settings.map((params) => valuesAt(root, params));
  return shapeOf(outline[0]!) ?? { tree, outline, operations: operationsOf(new Program(root)) };
}

/** Its record, or why it cannot be trained. */
export function recordOf(text: string): Activation | Refusal {
  const record = orRefusal(() => formula(text));
  if (record === "formula") return record;
  const { f, slopes } = partsOf(record)!;
  return isFinite32([f, ...slopes.values()], resolveParams(record)) ? record : "not finite";
}

function orRefusal<T>(make: () => T): T | "formula" {
  try {
    return make();
  } catch (error) {
    if (error instanceof ActigradError && error.code === "formula") return "formula";
    throw error;
  }
}

function valuesAt(root: Expr, params: Point["params"]): Float64Array {
  const program = new Program(root);
  return valuesOn(program, { xs: probes, params })[program.place(root)]!;
}

function isFinite32(roots: readonly Expr[], params: Point["params"]): boolean {
  const program = new Program(...roots);
  const columns = valuesOn(program, { xs: probes, params }, single);
  return roots.every((root) => columns[program.place(root)]!.every(Number.isFinite));
}

const cheap = new Set(
  "number x param neg add sub mul div powi where min max abs relu lt le gt ge".split(" "),
);

const operationsOf = ({ nodes }: Program): number =>
  nodes
    .filter(({ args }) => args.length > 0)
    .reduce((all, { op, record }) => all + (cheap.has(op) ? 1 : 4 * (record?.transcendentals ?? 1) + 1), 0);

const isSame = (a: number, b: number): boolean => Math.abs(a - b) <= SAME * (1 + Math.abs(b));

/** A function that no layer needs, because the next layer's weights can do the same. */
function shapeOf(values: Float64Array): Refusal | undefined {
  const last = values.length - 1;
  const slope = (values[last]! - values[0]!) / (probes[last]! - probes[0]!);
  const middle = values[last / 2]!;
  if (!values.every((value, i) => isSame(value, middle + slope * probes[i]!))) return undefined;
  return isSame(slope, 0) ? "constant" : "linear";
}

/** Ways in which a function can be another one that trains alike: weights start with either sign equally likely. */
const mirrors: readonly ((values: Float64Array) => Float64Array)[] = [
  (values) => values,
  (values) => values.toReversed(),
  (values) => values.map((value) => -value),
  (values) => values.toReversed().map((value) => -value),
];

const isEqual = (a: Outline, b: Outline): boolean =>
  a.length === b.length && a.every((own, k) => own.every((value, i) => isSame(value, b[k]![i]!)));

/** Lookup key of a function: its value at about 1.25 to four digits, on a scale where equal functions are neighbours. */
const placeOf = ([values]: Outline): number => {
  const value = values![Math.round(0.58 * values!.length)]!;
  return Math.round(1e4 * Math.sign(value) * Math.log1p(Math.abs(value)));
};

/** The functions seen so far. */
export class Known {
  readonly #outlines = new Map<number, Outline[]>();
  readonly #ways: typeof mirrors;

  /** @param mirrored whether f(-x), -f(x) and -f(-x) count as f(x): in a network they train alike */
  constructor(mirrored: boolean) {
    this.#ways = mirrored ? mirrors : mirrors.slice(0, 1);
  }

  /** Whether it was new; it is known from now on. */
  add(outline: Outline): boolean {
    const near = (face: Outline): readonly Outline[] =>
      [-1, 0, 1].flatMap((side) => this.#outlines.get(placeOf(face) + side) ?? []);
    const faces = this.#ways.map((way) => outline.map(way));
    if (faces.some((face) => near(face).some((known) => isEqual(face, known)))) return false;
    const place = placeOf(outline);
    this.#outlines.set(place, [...(this.#outlines.get(place) ?? []), outline]);
    return true;
  }
}

let catalogue: readonly (readonly [name: string, values: Float64Array])[] | undefined;

/** The catalogue's activation with the same values, if any. */
export function catalogueName({ outline }: Looked): string | undefined {
  catalogue ??= Object.values<Activation>(activations).map((record) => {
    const params = resolveParams(record);
    return [record.name, Float64Array.from(probes, (x) => record.f(x, params))];
  });
  return catalogue.find(([, values]) => values.every((value, i) => isSame(outline[0]![i]!, value)))?.[0];
}
