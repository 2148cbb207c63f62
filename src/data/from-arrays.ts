import { ActigradError, checkOptions } from "../core/errors.ts";
import { type Dataset, type Normalise, type Numbers, type Samples, checkDataset } from "./dataset.ts";

/** Flat numbers, or nested rows of them. */
export type NestedNumbers = ArrayLike<number> | readonly NestedNumbers[];

/** Options of `dataset`. */
export interface DatasetOptions {
  /** For messages and reports. Default "data". */
  readonly name?: string;
  /**
   * Whether y are classes or numbers to predict. By default text and whole numbers are classes; fractions, rows and float arrays
   * are numbers to predict.
   */
  readonly task?: "classes" | "values";
  /** Shape of one sample, if x is flat: [28, 28]. Default: x divided evenly over the rows of y. */
  readonly shape?: readonly number[];
  /** Names of the classes, in the order of their numbers; with text labels, this order decides the numbers. */
  readonly classNames?: readonly string[];
  /** Number of classes, if the last ones have no row. */
  readonly classes?: number;
  /** How to read bytes: `{ scale: 1 / 255, shift: 0 }`. */
  readonly normalise?: Normalise;
  /** Names of the columns. */
  readonly features?: readonly string[];
  /** Name of what is predicted. */
  readonly target?: string;
}

const known = [
  "name",
  "task",
  "shape",
  "classNames",
  "classes",
  "normalise",
  "features",
  "target",
] as const satisfies (keyof DatasetOptions)[];

/**
 * A dataset from arrays: `dataset([[0, 0], [0, 1]], ["no", "yes"])`.
 * @param x [rows, ...shape], flat or nested; bytes (Uint8Array) stay bytes, other numbers are rounded to float32
 * @param y one entry per row: class names or numbers (from 0), or the numbers to predict, [rows] or [rows, width], flat or nested
 * @throws ActigradError "data" for arrays that do not fit each other, rows of different lengths, numbers that are not finite, or
 * unknown classes; "option"
 */
export function dataset(
  x: NestedNumbers,
  y: NestedNumbers | readonly string[],
  options: DatasetOptions = {},
): Dataset {
  checkOptions("dataset", options, known);
  const { name = "data", task, classNames } = options;
  const samples = samplesOf(x, lengthOf(y), options);
  if (Array.isArray(y) && y.every((label) => typeof label === "string")) {
    if (task === "values") throw fault(name, "y: expected numbers to predict, got text");
    const order = classNames ?? [...new Set<string>(y)].toSorted();
    const labels = Uint32Array.from(y, (label) => order.indexOf(label) >>> 0); // of a class that is none 2^32 - 1
    const unknown = labels.findIndex((label) => label >= order.length);
    if (unknown >= 0)
      throw fault(name, `y: "${y[unknown]}" is not one of its classes`, `classNames are ${order.join(", ")}`);
    return classesOf(samples, labels, { classNames: order });
  }
  const { values, shape } = flatten(name, "y", y as NestedNumbers);
  const floats = y instanceof Float32Array || y instanceof Float64Array;
  const numbered = shape.length === 1 && values.length === samples.rows && values.every(isClass);
  if (task === undefined ? numbered && !floats : task === "classes") {
    if (!numbered)
      throw fault(
        name,
        `y: expected ${samples.rows} whole numbers from 0, the class of each row`,
        'task: "values" takes numbers to predict',
      );
    return classesOf(samples, Uint32Array.from(values), options);
  }
  const targets = Float32Array.from(values);
  return checkDataset({ ...samples, kind: "values", targets, width: targets.length / samples.rows });
}

function samplesOf(x: NestedNumbers, labels: number | undefined, options: DatasetOptions): Samples {
  const { name = "data", normalise, features, target } = options;
  if (labels === undefined)
    throw fault(name, "y: expected a label or the numbers to predict for each row, got no array");
  const { values, shape } = flatten(name, "x", x);
  const [nested, ...inner] = shape;
  const sample = options.shape ?? inner;
  const size = sample.reduce((product, n) => product * n, 1);
  const rows = inner.length > 0 ? nested! : options.shape ? values.length / size : labels;
  const each = values.length / rows;
  if (!(Number.isSafeInteger(rows) && Number.isSafeInteger(each) && rows > 0 && each > 0))
    throw fault(name, `x has ${values.length} numbers, y ${labels} rows`, "give x as [rows, ...shape]");
  return {
    name,
    rows,
    shape: sample.length > 0 ? sample : [each],
    x: x instanceof Uint8Array ? x : Float32Array.from(values),
    ...(normalise && { normalise }),
    ...(features && { features }),
    ...(target !== undefined && { target }),
  };
}

function classesOf(
  samples: Samples,
  labels: Uint32Array,
  { classNames, classes }: Pick<DatasetOptions, "classNames" | "classes">,
): Dataset {
  const most = labels.reduce((highest, label) => Math.max(highest, label), 0);
  return checkDataset({
    ...samples,
    kind: "classes",
    labels,
    classes: classes ?? classNames?.length ?? most + 1,
    ...(classNames && { classNames }),
  });
}

/** The numbers of nested rows, concatenated, and their shape: [rows, ...]. */
function flatten(name: string, what: string, nested: NestedNumbers): { values: Numbers; shape: number[] } {
  if (nested instanceof Float32Array || nested instanceof Float64Array || nested instanceof Uint8Array)
    return { values: nested, shape: [nested.length] };
  const shape: number[] = [];
  const values: number[] = [];
  let deep: number | undefined;
  const add = (part: unknown, depth: number): void => {
    if (typeof part === "number") {
      deep ??= depth;
      if (depth !== deep) throw fault(name, `${what}: some rows are nested deeper than others`);
      values.push(part);
      return;
    }
    const length = lengthOf(part);
    if (length === undefined) throw fault(name, `${what}: expected numbers, got ${typeof part}`);
    shape[depth] ??= length;
    if (length !== shape[depth])
      throw fault(name, `${what}: expected rows of ${shape[depth]} numbers, got one of ${length}`);
    for (const inner of part as Iterable<unknown>) add(inner, depth + 1);
  };
  add(nested, 0);
  return { values: Float64Array.from(values), shape };
}

/** From an array of any kind; undefined for anything else. */
const lengthOf = (value: unknown): number | undefined =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value)
    ? (value as { length: number }).length
    : undefined;

const isClass = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 65536;

const fault = (name: string, message: string, hint?: string): ActigradError =>
  new ActigradError("data", `dataset "${name}": ${message}`, { name, ...(hint !== undefined && { hint }) });
