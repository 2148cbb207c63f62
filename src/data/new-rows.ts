/** Rows to predict, read like those that a model was trained on, with or without labels. */
import { ActigradError } from "../core/errors.ts";
import { type GivenOptions, readOptions, splitOptions } from "../core/options.ts";
import { type Dataset, type Numbers, type Samples, checkSamples, sampleSize } from "./dataset.ts";
import type { NpyArray } from "./formats/npy.ts";
import type { Table } from "./formats/table.ts";
import { type DatasetHost, baseName } from "./host.ts";
import { readFile } from "./read-file.ts";
import { datasetNames, loadDataset } from "./load.ts";
import { restoreColumns } from "./normalise.ts";
import { type ReadLike, scaledFeatures } from "./prepare.ts";
import { arrayOptions, tableOptions, textOptions } from "./sources/rows.ts";

/** Rows ready for a model. */
export interface NewRows {
  /** With the model's scaling applied. */
  readonly samples: Samples;
  /** The number of each row in its source, from 1. */
  readonly numbers: readonly number[];
  /** The true values, if the source has them for every row: [rows] classes, or [rows, width] values in their own units. */
  readonly actual?: ArrayLike<number>;
  readonly format: string;
  /** Guesses, and what was left out. */
  readonly notes: readonly string[];
}

/** Which rows. */
export interface NewRowsOptions {
  /** One of a dataset's parts instead of all rows of a file; by default the test part of a set of images or points. */
  readonly part?: "train" | "test" | undefined;
  /** As in training: decides which rows of a table are held back. Default 0. */
  readonly seed?: number;
}

/** Result of a reader, not scaled yet. */
type Found = Omit<NewRows, "samples"> & { readonly samples: Samples<Numbers> };

const { delimiter, header, decimal, na } = tableOptions;
const ofText = { delimiter, header, decimal, na };
const ofArrays = { layout: arrayOptions.layout };

/**
 * Rows of a table (columns by the model's names; no label needed), of an NPY file (or two, the second with labels), of an IDX
 * file, or of anything else that `loadDataset` reads.
 * @throws ActigradError "data" with the name of a missing column, or for numbers that do not fit the model; otherwise as
 * `loadDataset`
 */
export async function loadNewRows(
  spec: string,
  host: DatasetHost,
  like: ReadLike,
  { part, seed = 0 }: NewRowsOptions = {},
): Promise<NewRows> {
  const { head: target, given } = splitOptions(spec, (head) => datasetNames.includes(head));
  const read = part === undefined ? readerOf(target) : undefined;
  if (read === undefined) {
    const data = await loadDataset(spec, host, { seed, like });
    const { format, notes } = data.description;
    const samples = data[part ?? "test"];
    expectFit(samples, like);
    return { samples, numbers: counted(samples.rows), actual: actualOf(samples, like), format, notes };
  }
  const { samples, ...about } = await read(target, given, host, like);
  expectFit(samples, like);
  const ready = scaledFeatures(samples, like.scaling);
  checkSamples(ready);
  return { ...about, samples: ready };
}

function readerOf(target: string): typeof readTable | undefined {
  if (/\.(csv|tsv|txt)(\.gz)?$/i.test(target)) return readTable;
  if (/\.npy(\.gz)?$/i.test(target)) return readArrays;
  return /[.-]idx\d*(-\w+)?(\.gz)?$/i.test(target) ? readIdx : undefined;
}

const counted = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i + 1);

function expectFit(samples: Samples<Numbers>, { shape }: ReadLike): void {
  if (sampleSize(samples) === sampleSize({ shape })) return;
  const [want, got] = [shape, samples.shape].map((sizes) => sizes.join(" x "));
  throw new ActigradError("data", `${samples.name}: expected samples of ${want} numbers, got ${got}`, {
    hint: "the model takes samples of the shape that it was trained on",
  });
}

/** Labels, or targets in their own units. */
function actualOf(dataset: Dataset, { scaling: { targets } }: ReadLike): ArrayLike<number> {
  if (dataset.kind === "classes") return dataset.labels;
  return targets === undefined ? dataset.targets : restoreColumns(dataset.targets, targets);
}

async function readTable(
  path: string,
  given: GivenOptions,
  host: DatasetHost,
  like: ReadLike,
): Promise<Found> {
  const { numbersAt, openTable, withoutMissing } = await import("./formats/table.ts");
  const name = baseName(path);
  const options = textOptions(readOptions(name, ofText, given));
  const notes: string[] = [];
  const table = openTable(await readFile(path, host), name, options, notes, like.features);
  const features = featureColumns(table, like, notes);
  const rows = withoutMissing(table, features, options.missing, notes);
  const x = numbersAt(table, rows, features);
  const places = new Map(table.rows.map((row, i) => [row, i + 1]));
  const label = like.target === undefined ? -1 : table.columns.indexOf(like.target);
  const texts = label < 0 || features.includes(label) ? [] : rows.map(({ fields }) => fields[label]!.trim());
  const actual = texts.length === 0 ? undefined : labelsOf(texts, like, table, notes);
  return {
    samples: { name, rows: rows.length, shape: [features.length], x },
    numbers: rows.map((row) => places.get(row)!),
    ...(actual && { actual }),
    format: table.format,
    notes,
  };
}

/** The columns that the model takes, by name and in its order; a repeated name stands for its columns in order. */
function featureColumns(
  { name, columns, header }: Table,
  { features, shape, target }: ReadLike,
  notes: string[],
): number[] {
  if (features === undefined) {
    const size = sampleSize({ shape });
    if (columns.length === size) return [...columns.keys()];
    throw new ActigradError("data", `${name}: expected ${size} columns, got ${columns.length}`, {
      hint: "the model has no column names: give only the columns that it takes, without a label",
    });
  }
  const used = new Set<number>();
  const missing: string[] = [];
  const found = features.map((feature) => {
    const at = columns.findIndex((column, i) => column === feature && !used.has(i));
    if (at < 0) missing.push(feature);
    return used.add(at) && at;
  });
  if (missing.length > 0) {
    const listed = missing.slice(0, 10).join(", ") + (missing.length > 10 ? ", ..." : "");
    const hint = header
      ? `its columns are ${columns.slice(0, 20).join(", ")}`
      : "its first line must name the columns";
    const message = `${name}: ${missing.length === 1 ? "the column" : "columns"} ${listed} that the model takes are missing`;
    throw new ActigradError("data", missing.length === 1 ? message.replace("are", "is") : message, {
      hint,
      missing,
    });
  }
  const others = columns.filter((column, i) => !used.has(i) && column !== target);
  if (others.length > 0)
    notes.push(`left out, because the model does not take them: ${others.slice(0, 20).join(", ")}`);
  return found;
}

/** The label column's values, if every row has one that the model knows. */
function labelsOf(
  texts: readonly string[],
  { task, classNames, target }: ReadLike,
  { decimal }: Table,
  notes: string[],
): readonly number[] | undefined {
  const number = (text: string): number =>
    Number((decimal === "comma" ? text.replace(",", ".") : text) || NaN);
  const values = texts.map((text) => {
    if (task === "values") return number(text);
    const place = classNames?.indexOf(text) ?? -1;
    return place >= 0 ? place : (classNames?.indexOf(String(number(text))) ?? number(text)); // "1.0" is the class 1
  });
  const known = values.filter((value) => Number.isFinite(value) && (task === "values" || value >= 0)).length;
  if (known === texts.length) return values;
  notes.push(
    `${target} is known for only ${known} of ${texts.length} rows, so predictions are not compared with it`,
  );
  return undefined;
}

async function readArrays(
  paths: string,
  given: GivenOptions,
  host: DatasetHost,
  like: ReadLike,
): Promise<Found> {
  const [{ arrayDataset, samplesOf }, { parseNpy }] = await Promise.all([
    import("./formats/arrays.ts"),
    import("./formats/npy.ts"),
  ]);
  const [xPath = "", yPath, ...more] = paths.split(",");
  const name = baseName(xPath);
  if (more.length > 0)
    throw new ActigradError(
      "option",
      `${name}: expected one .npy file, or a second one with labels, got ${more.length + 2}`,
    );
  const { layout } = readOptions(name, ofArrays, given);
  const read = async (path: string): Promise<NpyArray> =>
    parseNpy(await readFile(path, host), baseName(path));
  const x = await read(xPath);
  if (yPath !== undefined) {
    const { dataset, format, notes } = arrayDataset(x, await read(yPath), name, { task: like.task, layout });
    const actual = dataset.kind === "classes" ? dataset.labels : dataset.targets;
    return { samples: dataset, numbers: counted(dataset.rows), actual, format, notes };
  }
  const [rows = 1, ...sample] = x.shape;
  const notes: string[] = [];
  const { shape, values } = samplesOf(x, sample, layout, name, notes);
  const format = `NPY, ${x.dtype}[${x.shape.join(", ")}]`;
  return { samples: { name, rows, shape, x: values }, numbers: counted(rows), format, notes };
}

async function readIdx(path: string, given: GivenOptions, host: DatasetHost): Promise<Found> {
  const { parseIdx } = await import("./formats/idx.ts");
  const name = baseName(path);
  readOptions(name, {}, given);
  const { shape: all, dtype, data: x } = parseIdx(await readFile(path, host), name);
  const [rows = 1, ...shape] = all;
  return {
    samples: { name, rows, shape, x },
    numbers: counted(rows),
    format: `IDX, ${dtype}[${all.join(", ")}]`,
    notes: [],
  };
}
