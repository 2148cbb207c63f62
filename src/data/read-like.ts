/** How the rows that a model was trained on were read, as stored in a model file. */
import type { Dataset } from "./dataset.ts";
import type { ReadLike, Scaling } from "./prepare.ts";

/** Facts about a loaded dataset that are needed to read new rows the same way. */
export function readLike({
  train,
  scaling,
}: {
  readonly train: Dataset;
  readonly scaling: Scaling;
}): ReadLike {
  const { kind: task, shape, features, target } = train;
  const classNames = train.kind === "classes" ? train.classNames : undefined;
  return {
    task,
    shape,
    ...(classNames && { classNames }),
    ...(features && { features }),
    ...(target !== undefined && { target }),
    scaling,
  };
}

/** The fault in a file's account of how rows were read; undefined if there is none. */
export function readLikeFault(value: unknown): string | undefined {
  const { task, shape, classNames, features, target, scaling, ...others } = record(value);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return `unknown "${unknown.slice(0, 40)}"`;
  if (task !== "classes" && task !== "values") return "expected a task of classes or values";
  if (!sizes(shape)) return "expected the shape of a sample";
  if (classNames !== undefined && !strings(classNames)) return "expected names of classes";
  if (features !== undefined && !(strings(features) && features.length === product(shape)))
    return "expected a name for each column";
  if (target !== undefined && typeof target !== "string") return "expected the name of what is predicted";
  if (typeof scaling !== "object" || scaling === null) return "expected a scaling";
  const { bytes, features: ofFeatures, targets, ...rest } = record(scaling);
  if (Object.keys(rest).length > 0) return `unknown "${Object.keys(rest)[0]!.slice(0, 40)}" in its scaling`;
  const { scale, shift } = record(bytes);
  if (bytes !== undefined && !numbers([scale, shift])) return "expected a scale and a shift of bytes";
  if (ofFeatures !== undefined && !isStandardisation(ofFeatures, product(shape)))
    return "expected a mean and a deviation for each feature";
  if (targets !== undefined && !isStandardisation(targets))
    return "expected a mean and a deviation of targets";
  return undefined;
}

function isStandardisation(value: unknown, columns?: number): boolean {
  const { mean, std } = record(value);
  if (!numbers(mean) || !numbers(std) || mean.length !== std.length) return false;
  return mean.length > 0 && (columns === undefined || mean.length === columns) && std.every((n) => n !== 0);
}

const record = (v: unknown): Record<string, unknown> =>
  typeof v === "object" && v !== null ? (v as Record<string, unknown>) : {};
const numbers = (v: unknown): v is number[] => Array.isArray(v) && v.every((n) => Number.isFinite(n));
const strings = (v: unknown): v is string[] => Array.isArray(v) && v.every((s) => typeof s === "string");
const sizes = (v: unknown): v is number[] =>
  Array.isArray(v) && v.length > 0 && v.every((n) => Number.isSafeInteger(n) && n >= 1);
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
