/** Features and labels of two NumPy arrays as a dataset. */
import { ActigradError } from "../../core/errors.ts";
import { checkDataset, type Numbers } from "../dataset.ts";
import { type Layout, channelsFirst, chooseLayout } from "./layout.ts";
import type { NpyArray } from "./npy.ts";
import type { ReadData } from "./table.ts";

export interface ArrayOptions {
  /** Detected if left out: whole numbers and one-hot rows are classes, other floats are values. */
  readonly task?: "classes" | "values" | undefined;
  /** For images with channels; detected if left out. */
  readonly layout?: Layout | undefined;
}

/**
 * Features [rows, ...sample] and labels [rows] (or targets [rows, width], or one-hot rows [rows, classes]) as a dataset. Bytes
 * stay bytes, other numbers keep their precision.
 * @throws ActigradError "data" if the two do not belong together, "option" for an impossible layout
 */
export function arrayDataset(x: NpyArray, y: NpyArray, name: string, options: ArrayOptions = {}): ReadData {
  const [rows, ...rest] = x.shape;
  if (rows === undefined) throw misfit(name, "features: expected at least 1 dimension, got a single number");
  if (y.shape[0] !== rows) {
    throw misfit(name, `features and labels differ in number: ${rows} rows, labels [${y.shape.join(", ")}]`);
  }
  const notes: string[] = [];
  const { shape, values } = samplesOf(x, rest, options.layout, name, notes);
  const samples = { name, rows, shape, x: values };
  const format = `NPY, features ${x.dtype}[${x.shape.join(", ")}], labels ${y.dtype}[${y.shape.join(", ")}]`;
  const width = y.shape.slice(1).reduce((product, size) => product * size, 1);
  const numbers = numbersOf(y);
  const oneHot = width > 1 ? oneHotLabels(numbers, width) : undefined;
  const task = options.task ?? guessTask(y, oneHot !== undefined, notes);
  if (task === "values") {
    const targets = numbers instanceof Uint8Array ? Float32Array.from(numbers) : numbers;
    return { dataset: checkDataset({ ...samples, kind: "values", targets, width }), format, notes };
  }
  if (width !== 1 && oneHot === undefined) {
    throw misfit(name, `labels: expected one class per row, [${rows}], got [${y.shape.join(", ")}]`);
  }
  const { labels, classes } = oneHot ? { labels: oneHot, classes: width } : wholeLabels(numbers, name);
  return { dataset: checkDataset({ ...samples, kind: "classes", labels, classes }), format, notes };
}

function guessTask(y: NpyArray, oneHot: boolean, notes: string[]): "classes" | "values" {
  if (oneHot) {
    notes.push("labels are one-hot rows: taken as classes (task=values keeps the numbers)");
    return "classes";
  }
  const values = y.dtype.startsWith("f");
  notes.push(
    values
      ? "labels are floats: values to predict (task=classes takes each as a class)"
      : "labels are whole numbers: taken as classes (task=values predicts the number)",
  );
  return values ? "values" : "classes";
}

/** The position of the 1 in each row, if everything else is 0. */
function oneHotLabels(numbers: Numbers, width: number): Uint32Array | undefined {
  const labels = new Uint32Array(numbers.length / width);
  for (let row = 0; row < labels.length; row++) {
    const one = numbers.subarray(row * width, (row + 1) * width);
    if (one.some((value) => value !== 0 && value !== 1)) return undefined;
    labels[row] = one.indexOf(1);
    if (one.indexOf(1) < 0 || one.lastIndexOf(1) !== labels[row]) return undefined;
  }
  return labels;
}

function wholeLabels(numbers: Numbers, name: string): { labels: Uint32Array; classes: number } {
  let classes = 0;
  for (const [row, label] of numbers.entries()) {
    if (!Number.isInteger(label) || label < 0 || label > 65535) {
      throw misfit(name, `label ${row} (from 0): expected a class from 0 to 65535, got ${label}`);
    }
    classes = Math.max(classes, label + 1);
  }
  return { labels: Uint32Array.from(numbers), classes };
}

/** Samples [rows, ...sample], images with their channels first. @throws ActigradError "option" for an impossible layout */
export function samplesOf(
  x: NpyArray,
  sample: readonly number[],
  given: Layout | undefined,
  name: string,
  notes: string[],
): { shape: readonly number[]; values: Numbers } {
  const { layout, note } = chooseLayout(sample, given, name);
  if (note !== undefined) notes.push(note);
  const values = numbersOf(x);
  if (layout === "nchw") return { shape: sample.length === 0 ? [1] : sample, values };
  const [height, width, channels] = sample as readonly [number, number, number];
  return { shape: [channels, height, width], values: channelsFirst(values, [height, width, channels]) };
}

/** Bytes unchanged, other numbers in the smallest float type that holds every value; 64-bit integers are rounded to float64. */
function numbersOf({ dtype, data }: NpyArray): Numbers {
  if (dtype === "u1") return data as Uint8Array;
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    return Float64Array.from({ length: data.length }, (_, i) => Number(data[i]));
  return data.BYTES_PER_ELEMENT < 4 ? Float32Array.from(data) : Float64Array.from(data);
}

function misfit(name: string, message: string): ActigradError {
  return new ActigradError("data", `dataset "${name}": ${message}`, { name });
}
