/** Sources whose rows are split into training and test rows: a table, or a pair of arrays. */
import { ActigradError } from "../../core/errors.ts";
import { type GivenOptions, type OptionValues, readOptions } from "../../core/options.ts";
import { describe } from "../describe.ts";
import type { Column, ReadData, TableOptions } from "../formats/table.ts";
import type { Delimiter } from "../formats/csv.ts";
import { type DatasetHost, baseName } from "../host.ts";
import { readFile } from "../read-file.ts";
import type { LoadOptions, LoadedData } from "../loaded.ts";
import { applyScaling, measureScaling, withClasses } from "../prepare.ts";
import { split } from "../split.ts";

const characters = { comma: ",", semicolon: ";", tab: "\t" } as const satisfies Record<string, Delimiter>;
const scale = (standard: "standard" | "none") =>
  ({
    kind: "word",
    choices: ["standard", "none"],
    default: standard,
    doc: "standard: scale each feature to mean 0 and standard deviation 1, by the training rows",
  }) as const;
const common = {
  task: {
    kind: "word",
    choices: ["classes", "values"],
    doc: "what to predict (default: judged by the labels)",
  },
  targets: {
    kind: "word",
    choices: ["standardise", "none"],
    default: "none",
    doc: "standardise: scale the values to predict to mean 0 and standard deviation 1; predictions undo it",
  },
  validation: { kind: "number", default: 0.2, doc: "the share of rows held back" },
} as const;
/** Options of a pair of arrays. */
export const arrayOptions = {
  ...common,
  scale: scale("none"),
  layout: {
    kind: "word",
    choices: ["nchw", "nhwc"],
    doc: "where the channels of images are (default: the axis of size 1, 3 or 4)",
  },
} as const;
/** Options of a table. */
export const tableOptions = {
  ...common,
  scale: scale("standard"),
  label: { kind: "word", doc: "the label's column: its name, or its number from 1 or from -1" },
  columns: { kind: "words", doc: "the features: names, numbers, or ranges of numbers such as 2..5" },
  drop: { kind: "words", doc: "columns to leave out, named as in columns" },
  header: { kind: "word", choices: ["yes", "no"], doc: "whether the first row holds names" },
  delimiter: { kind: "word", choices: ["comma", "semicolon", "tab"], doc: "what separates the fields" },
  decimal: { kind: "word", choices: ["point", "comma"], doc: "the decimal mark" },
  na: {
    kind: "words",
    doc: "marks of a missing value, such as empty/NA/-999; rows with one are left out",
  },
} as const;

/** A table of text. */
export async function loadTable(
  path: string,
  given: GivenOptions,
  host: DatasetHost,
  options: LoadOptions,
): Promise<LoadedData> {
  const name = baseName(path);
  const asked = readOptions(name, tableOptions, given);
  const { label, columns, drop } = asked;
  const column = (text: string): Column => (/^-?\d+$/.test(text) ? Number(text) : text);
  const { tableDataset } = await import("../formats/table.ts");
  const read = tableDataset(await readFile(path, host), name, {
    ...textOptions(asked),
    task: taskOf(asked, options),
    label: label === undefined ? options.like?.target : column(label),
    columns: columns?.map(column) ?? (drop === undefined ? options.like?.features : undefined),
    drop: drop?.map(column),
  });
  return holdBack(read, asked, options);
}

/** How to read a table's text, from the options of its spec. */
export const textOptions = ({
  delimiter,
  header,
  decimal,
  na,
}: Pick<OptionValues<typeof tableOptions>, "delimiter" | "header" | "decimal" | "na">): TableOptions => ({
  delimiter: delimiter && characters[delimiter],
  header: header && header === "yes",
  decimal,
  missing: na?.map((word) => (word === "empty" ? "" : word)),
});

/** The task from the options: standardised targets imply values. */
const taskOf = (
  { task, targets }: Pick<OptionValues<typeof common>, "task" | "targets">,
  { like }: LoadOptions,
): ReadData["dataset"]["kind"] | undefined =>
  task ?? like?.task ?? (targets === "standardise" ? "values" : undefined);

/** A pair of NPY files. */
export async function loadArrays(
  paths: string,
  given: GivenOptions,
  host: DatasetHost,
  options: LoadOptions,
): Promise<LoadedData> {
  const [xPath, yPath, ...more] = paths.split(",");
  if (xPath === undefined || yPath === undefined || more.length > 0) {
    const hint = "give features and labels, as in data/x.npy,data/y.npy";
    const count = more.length + (yPath === undefined ? 1 : 2);
    throw new ActigradError("option", `dataset "${paths}": expected two .npy files, got ${count}`, { hint });
  }
  const name = baseName(xPath);
  const asked = readOptions(name, arrayOptions, given);
  const [{ arrayDataset }, { parseNpy }] = await Promise.all([
    import("../formats/arrays.ts"),
    import("../formats/npy.ts"),
  ]);
  const x = parseNpy(await readFile(xPath, host), baseName(xPath));
  const y = parseNpy(await readFile(yPath, host), baseName(yPath));
  const { layout } = asked;
  return holdBack(arrayDataset(x, y, name, { task: taskOf(asked, options), layout }), asked, options);
}

/** Splits off the validation rows, then scales by the statistics of the training rows or by known ones. */
function holdBack(
  { dataset, format, notes }: ReadData,
  { validation, ...choice }: Pick<OptionValues<typeof tableOptions>, "validation" | "scale" | "targets">,
  { seed = 0, like }: LoadOptions,
): LoadedData {
  const parts = split(withClasses(dataset, like?.classNames), { fraction: validation, seed });
  const scaling = like?.scaling ?? measureScaling(parts.train, choice);
  return {
    train: applyScaling(parts.train, scaling),
    test: applyScaling(parts.test, scaling),
    heldBack: true,
    scaling,
    description: describe(parts, { format, scaling, notes }),
  };
}
