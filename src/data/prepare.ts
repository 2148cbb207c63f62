/** Prepares raw rows for a network: scales them by statistics of the training rows, then rounds to float32. */
import { ActigradError, checkOptions } from "../core/errors.ts";
import {
  type Dataset,
  type Normalise,
  type Numbers,
  type RawDataset,
  type Samples,
  checkDataset,
  sampleSize,
} from "./dataset.ts";
import type { Split } from "./split.ts";
import {
  type Standardisation,
  byteStatistics,
  measureColumns,
  measureFeatures,
  normaliseBytes,
  standardiseColumns,
} from "./normalise.ts";

/** The scaling of a dataset's numbers, to be applied to new rows too. */
export interface Scaling {
  /** How to read bytes. */
  readonly bytes?: Normalise;
  readonly features?: Standardisation;
  /** Scaling of the targets; `restoreColumns` returns predictions to their own units. */
  readonly targets?: Standardisation;
}

/** How the rows that a model was trained on were read: new rows must be read the same way. */
export interface ReadLike {
  readonly task: "classes" | "values";
  /** Of a sample. */
  readonly shape: readonly number[];
  readonly classNames?: readonly string[];
  /** Names of the columns, in order; new tables are matched by name. */
  readonly features?: readonly string[];
  /** Name of the column that is predicted. */
  readonly target?: string;
  readonly scaling: Scaling;
}

/** What to scale. */
export interface ScaleChoice {
  readonly scale: "standard" | "none";
  readonly targets: "standardise" | "none";
}

/** The statistics of the training rows. @throws ActigradError "option" for `targets: "standardise"` with classes */
export function measureScaling(train: RawDataset, { scale, targets }: ScaleChoice): Scaling {
  if (targets === "standardise" && train.kind === "classes") {
    const hint = "task=values predicts numbers";
    const message = `dataset "${train.name}": targets=standardise: expected values to predict, got classes`;
    throw new ActigradError("option", message, { hint });
  }
  const { x } = train;
  return {
    ...(scale === "standard" && { features: measureFeatures(train) }),
    ...(scale === "none" && x instanceof Uint8Array && { bytes: normaliseBytes(byteStatistics(x)) }),
    ...(targets === "standardise" &&
      train.kind === "values" && { targets: measureColumns(train.targets, train.width) }),
  };
}

/** Options of `standardise`. */
export interface StandardiseOptions {
  /** Default true. False only rounds features to float32; for bytes it uses one mean and deviation for all of them. */
  readonly features?: boolean;
  /**
   * Whether to scale the values to predict too: losses are then of scaled values, and `restoreColumns` reverses it. Default
   * false.
   */
  readonly targets?: boolean;
}

/**
 * Scales each feature to mean 0 and deviation 1; test rows use the statistics of the training rows:
 * `standardise(split(fromCsv(text)))`. The result's `scaling` is for new rows (`applyScaling`).
 * @throws ActigradError "option" for `targets` with classes, "data" for rows that do not belong together
 */
export function standardise(
  { train, test }: Split<RawDataset>,
  options: StandardiseOptions = {},
): Split<Dataset> & { readonly scaling: Scaling } {
  checkOptions("standardise", options, ["features", "targets"]);
  const scaling = measureScaling(train, {
    scale: options.features === false ? "none" : "standard",
    targets: options.targets === true ? "standardise" : "none",
  });
  return { train: applyScaling(train, scaling), test: applyScaling(test, scaling), scaling };
}

/** @throws ActigradError "data" */
function expectColumns(name: string, what: string, { mean }: Standardisation, columns: number): void {
  if (mean.length === columns) return;
  const message = `dataset "${name}": expected ${mean.length} ${what} a row, got ${columns}`;
  throw new ActigradError("data", message, { hint: "new rows need the columns that were trained on" });
}

/**
 * Samples as a network takes them: float32, or bytes with their reading. @throws ActigradError "data" for those that do not fit
 */
export function scaledFeatures<S extends Samples<Numbers>>(
  samples: S,
  { bytes, features }: Scaling,
): Omit<S, "x" | "normalise"> & Pick<Samples, "x" | "normalise"> {
  const { normalise: _, x, ...rest } = samples;
  const { name } = rest;
  if (features !== undefined) expectColumns(name, "features", features, sampleSize(rest));
  if (bytes !== undefined && !(x instanceof Uint8Array))
    throw new ActigradError("data", `dataset "${name}": expected bytes, as in training, got other numbers`);
  if (features !== undefined) return { ...rest, x: standardiseColumns(x, features) };
  if (x instanceof Float64Array) return { ...rest, x: Float32Array.from(x) };
  return { ...rest, x, ...(bytes !== undefined && { normalise: bytes }) };
}

/**
 * Scales rows for a network that was trained with this scaling; rounded to float32.
 * @throws ActigradError "data" for rows that the scaling does not fit, or that are not finite afterwards
 */
export function applyScaling(dataset: RawDataset, scaling: Scaling): Dataset {
  const { targets } = scaling;
  if (dataset.kind === "classes") return checkDataset(scaledFeatures(dataset, scaling));
  const rest = scaledFeatures(dataset, scaling);
  if (targets !== undefined) expectColumns(rest.name, "targets", targets, rest.width);
  const values =
    targets === undefined ? Float32Array.from(rest.targets) : standardiseColumns(rest.targets, targets);
  return checkDataset({ ...rest, targets: values });
}

/** The same rows with classes numbered in the order of `classNames`. @throws ActigradError "data" for an unknown class */
export function withClasses(dataset: RawDataset, classNames: readonly string[] | undefined): RawDataset {
  if (dataset.kind !== "classes" || dataset.classNames === undefined || classNames === undefined)
    return dataset;
  const places = dataset.classNames.map((name) => {
    const place = classNames.indexOf(name);
    if (place >= 0) return place;
    const message = `dataset "${dataset.name}": the class ${name} was not in the training data`;
    throw new ActigradError("data", message, {
      hint: `known classes: ${classNames.slice(0, 10).join(", ")}`,
    });
  });
  return {
    ...dataset,
    labels: dataset.labels.map((label) => places[label]!),
    classes: classNames.length,
    classNames,
  };
}
