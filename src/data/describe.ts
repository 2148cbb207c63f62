/** What was read and what was guessed, for people and for files. */
import { type RawDataset, sampleSize } from "./dataset.ts";
import type { Scaling } from "./prepare.ts";
import type { Split } from "./split.ts";

/** A range of numbers in their own units. */
export interface NamedRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** A dataset described in words and numbers; the notes contain every guess of the reader. */
export interface DataDescription {
  readonly name: string;
  /** The format and what was found out about it. */
  readonly format: string;
  readonly rows: { readonly train: number; readonly test: number };
  /** Shape of a sample; images have their channels first. */
  readonly shape: readonly number[];
  /** Each column of a table; all numbers together if they have no names. */
  readonly features: readonly NamedRange[];
  readonly target:
    | {
        readonly kind: "classes";
        readonly name: string;
        readonly classes: readonly { readonly name: string; readonly rows: number }[];
      }
    | { readonly kind: "values"; readonly values: readonly NamedRange[] };
  /** Which statistics of the training rows the numbers were scaled by. */
  readonly scaling: Scaling;
  /** Guesses with the option that overrides each, skipped rows, and other remarks. */
  readonly notes: readonly string[];
}

/** Describes rows as read, before scaling. */
export function describe(
  { train, test }: Split<RawDataset>,
  about: { readonly format: string; readonly scaling: Scaling; readonly notes: readonly string[] },
): DataDescription {
  const size = sampleSize(train);
  const names = train.features ?? [];
  return {
    name: train.name,
    rows: { train: train.rows, test: test.rows },
    shape: train.shape,
    features:
      names.length === size
        ? ranges([train.x, test.x], names)
        : ranges([train.x, test.x], [train.shape.length > 1 ? "pixels" : `${size} numbers`]),
    target: targetOf(train, test),
    format: about.format,
    scaling: about.scaling,
    notes: [...about.notes, ...warnings(train, test)],
  };
}

function targetOf(train: RawDataset, test: RawDataset): DataDescription["target"] {
  if (train.kind === "classes") {
    const counts = new Array<number>(train.classes).fill(0);
    for (const set of [train, test])
      if (set.kind === "classes") for (const label of set.labels) counts[label]!++;
    const classes = counts.map((rows, c) => ({ name: train.classNames?.[c] ?? String(c), rows }));
    return { kind: "classes", name: train.target ?? "label", classes };
  }
  const { width, target = "target" } = train;
  const names = Array.from({ length: width }, (_, i) => (width === 1 ? target : `${target} ${i + 1}`));
  return { kind: "values", values: ranges([train.targets, (test as typeof train).targets], names) };
}

/** Problems that would train without an error but learn nothing. */
function warnings(train: RawDataset, test: RawDataset): string[] {
  if (train.kind === "values") return [];
  const seen = new Set(train.labels);
  const found: string[] = [];
  if (seen.size === 1) found.push("all training rows have the same class: there is nothing to learn");
  const unseen = test.kind === "classes" ? new Set([...test.labels].filter((label) => !seen.has(label))) : [];
  const names = [...unseen].map((label) => train.classNames?.[label] ?? String(label));
  if (names.length > 0) found.push(`no training rows of class ${listed(names, 5)}`);
  return found;
}

/** Minimum and maximum of each column, [rows, names]. */
function ranges(parts: readonly ArrayLike<number>[], names: readonly string[]): NamedRange[] {
  const columns = names.length;
  const min = new Array<number>(columns).fill(Infinity);
  const max = new Array<number>(columns).fill(-Infinity);
  for (const values of parts) {
    for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
      const value = values[i]!;
      if (value < min[c]!) min[c] = value;
      if (value > max[c]!) max[c] = value;
    }
  }
  return names.map((name, c) => ({ name, min: min[c]!, max: max[c]! }));
}

const listed = (items: readonly string[], most: number): string =>
  items.length <= most
    ? items.join(", ")
    : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;

/** The description as a few lines of text. */
export function describeData({
  name,
  format,
  rows,
  shape,
  features,
  target,
  scaling,
  notes,
}: DataDescription): string[] {
  const range = ({ name: column, min, max }: NamedRange): string =>
    `${column} ${digits(min)} to ${digits(max)}`;
  const by = "by the training rows' mean and standard deviation";
  return [
    `${name}: ${format}; ${rows.train} training rows, ${rows.test} test rows`,
    shape.length > 1
      ? `samples [${shape.join(", ")}], ${listed(features.map(range), 6)}`
      : `features: ${listed(features.map(range), 6)}`,
    target.kind === "classes"
      ? `predicts ${target.name}, ${target.classes.length} ${target.classes.length === 1 ? "class" : "classes"}: ` +
        listed(
          target.classes.map((c) => `${c.name} (${c.rows})`),
          10,
        )
      : `predicts values: ${listed(target.values.map(range), 6)}`,
    ...(scaling.features === undefined ? [] : [`features are standardised ${by}`]),
    ...(scaling.targets === undefined
      ? []
      : [`targets are standardised ${by}: losses are in this scale, predictions are not`]),
    ...notes.map((note) => `note: ${note}`),
  ];
}

/** As short as seven digits allow; whole numbers in full. */
const digits = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(7)));
