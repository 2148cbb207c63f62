/** Training data: samples in rows, with a class or target values for each. */
import { ActigradError } from "../core/errors.ts";

/** How to read the value of a byte: `byte * scale + shift`. */
export interface Normalise {
  readonly scale: number;
  readonly shift: number;
}

/** Numbers in a source's own type. */
export type Numbers = Float32Array | Float64Array | Uint8Array;

/** Fields of every dataset: samples in rows. */
export interface Samples<X extends Numbers = Float32Array | Uint8Array> {
  /** For messages and reports, such as "mnist". */
  readonly name: string;
  readonly rows: number;
  /** Of one sample: [28, 28], or [2] for points in the plane. */
  readonly shape: readonly number[];
  /** [rows, ...shape], row-major. Bytes stay bytes until they are read (`normalise`). */
  readonly x: X;
  /** Only with bytes; without it a byte means its own value, 0 to 255. */
  readonly normalise?: Normalise;
  /** Names of the columns, if the source has them. */
  readonly features?: readonly string[];
  /** Name of the column to predict, if the source has one. */
  readonly target?: string;
  /** How training gets samples that are not rows of `x` (see `tokenDataset`). */
  readonly source?: object;
}

/** Samples with classes 0 to `classes` - 1. */
export interface ClassDataset<X extends Numbers = Float32Array | Uint8Array> extends Samples<X> {
  readonly kind: "classes";
  /** [rows] */
  readonly labels: Uint32Array;
  readonly classes: number;
  readonly classNames?: readonly string[];
}

/** Samples with `width` numbers to predict each. */
export interface ValueDataset<
  X extends Numbers = Float32Array | Uint8Array,
  T extends Float32Array | Float64Array = Float32Array,
> extends Samples<X> {
  readonly kind: "values";
  /** [rows, width] */
  readonly targets: T;
  readonly width: number;
}

/** Samples with classes, or with values. */
export type Dataset = ClassDataset | ValueDataset;

/** A dataset as a reader gives it, in its source's precision, so that a mean is subtracted before anything is rounded. */
export type RawDataset = ClassDataset<Numbers> | ValueDataset<Numbers, Float32Array | Float64Array>;

/** Numbers per sample. */
export function sampleSize(dataset: { readonly shape: readonly number[] }): number {
  return dataset.shape.reduce((product, size) => product * size, 1);
}

/** Outputs that a network for a dataset needs: its classes, or the numbers to predict. */
export const outputsOf = (dataset: Dataset): number =>
  dataset.kind === "classes" ? dataset.classes : dataset.width;

/** Whole batches in a dataset; remaining rows are dropped. @throws ActigradError "data" if there is none */
export function stepsPerEpoch({ name, rows }: Samples, batch: number): number {
  if (rows >= batch) return Math.floor(rows / batch);
  throw new ActigradError("data", `batch ${batch} is larger than dataset "${name}" (${rows} rows)`, {
    hint: `use a batch of at most ${rows}`,
  });
}

/** Rows as a network sees them (default: all), with bytes normalised. */
export function featuresOf(samples: Samples, from = 0, count = samples.rows - from): Float32Array {
  const { x, normalise = { scale: 1, shift: 0 } } = samples;
  const size = sampleSize(samples);
  const part = x.subarray(from * size, (from + count) * size);
  return part instanceof Float32Array
    ? part
    : Float32Array.from(part, (byte) => byte * normalise.scale + normalise.shift);
}

/**
 * Checks that a dataset has what its fields say (lengths, labels below `classes`, finite numbers) and returns it.
 * @param ignored a label allowed besides the classes, as a u32
 * @throws ActigradError "data" with what was expected and what came
 */
export function checkDataset<D extends RawDataset>(dataset: D, ignored?: number): D {
  checkSamples(dataset);
  const { name, rows } = dataset;
  if (dataset.kind === "values") {
    expectLength(name, "targets", dataset.targets.length, rows, dataset.width);
    expectFinite(name, "targets", dataset.targets, dataset.width);
    return dataset;
  }
  expectLength(name, "labels", dataset.labels.length, rows, 1);
  const wrong = dataset.labels.findIndex((label) => label >= dataset.classes && label !== ignored);
  if (wrong >= 0) {
    const label = dataset.labels[wrong]!;
    throw fault(name, `row ${wrong}: expected a label below ${dataset.classes}, got ${label}`);
  }
  if (dataset.classNames && dataset.classNames.length !== dataset.classes) {
    throw fault(name, `expected ${dataset.classes} class names, got ${dataset.classNames.length}`);
  }
  return dataset;
}

/**
 * Checks lengths, and that all numbers are finite.
 * @throws ActigradError "data" with what was expected and what came
 */
export function checkSamples(samples: Samples<Numbers>): void {
  const { name, rows, shape, x, normalise } = samples;
  if (rows < 1 || !Number.isSafeInteger(rows)) throw fault(name, `expected at least one row, got ${rows}`);
  if (shape.length === 0 || shape.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw fault(name, `expected a sample shape of whole numbers from 1, got [${shape.join(", ")}]`);
  }
  expectLength(name, "x", x.length, rows, sampleSize(samples));
  if (!(x instanceof Uint8Array)) expectFinite(name, "x", x, sampleSize(samples));
  else if (normalise && !Number.isFinite(normalise.scale + normalise.shift)) {
    throw fault(name, "expected a finite scale and shift to normalise with");
  }
}

/** The rows with these `indices`, in this order, as a new dataset (a copy). */
export function selectRows<D extends RawDataset>(dataset: D, indices: Uint32Array): D {
  const size = sampleSize(dataset);
  const bad = indices.findIndex((row) => row >= dataset.rows);
  if (bad >= 0) throw fault(dataset.name, `expected rows below ${dataset.rows}, got row ${indices[bad]}`);
  const common = { ...dataset, rows: indices.length, x: gather(dataset.x, indices, size) };
  if (dataset.kind === "classes") return { ...common, labels: gather(dataset.labels, indices, 1) };
  return { ...common, targets: gather(dataset.targets, indices, dataset.width) };
}

/** The first `rows` rows, sharing memory. @throws ActigradError "data" if there are fewer */
export function firstRows<D extends Dataset>(dataset: D, rows: number): D {
  if (!Number.isSafeInteger(rows) || rows < 1 || rows > dataset.rows) {
    throw fault(dataset.name, `expected 1 to ${dataset.rows} rows, asked for ${rows}`);
  }
  const common = { ...dataset, rows, x: dataset.x.subarray(0, rows * sampleSize(dataset)) };
  if (dataset.kind === "classes") return { ...common, labels: dataset.labels.subarray(0, rows) };
  return { ...common, targets: dataset.targets.subarray(0, rows * dataset.width) };
}

function gather<A extends Numbers | Uint32Array>(from: A, indices: Uint32Array, size: number): A {
  const to = new (from.constructor as new (length: number) => A)(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * size;
    to.set(from.subarray(start, start + size), i * size);
  }
  return to;
}

function expectLength(name: string, what: string, length: number, rows: number, each: number): void {
  if (length === rows * each) return;
  throw fault(name, `${what}: expected ${rows} rows x ${each} = ${rows * each} numbers, got ${length}`);
}

function expectFinite(name: string, what: string, values: Float32Array | Float64Array, each: number): void {
  const at = values.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (at < 0) return;
  const place = `row ${Math.floor(at / each)}, number ${at % each}`;
  throw fault(name, `${what}: expected finite float32 numbers, got ${values[at]} (${place}, from 0)`);
}

function fault(name: string, message: string): ActigradError {
  return new ActigradError("data", `dataset "${name}": ${message}`, { name });
}
