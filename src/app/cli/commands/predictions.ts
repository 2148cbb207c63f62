/** Predictions as tables: for a terminal, for a spreadsheet, for programs. */
import { csvField } from "../../../report/csv.ts";
import type { PredictResult } from "../../jobs/predict.ts";

/** Columns of text for the classes' probabilities; if they need more, only the most likely are listed. */
const MOST_COLUMNS = 45;

const classOf = ({ classNames }: PredictResult, index: number): string =>
  classNames?.[index] ?? String(index);

/** Names of the predicted columns: the target, numbered if there are several values per row. */
function targetsOf({ predictions, target }: PredictResult): string[] {
  const [first] = predictions;
  return typeof first === "object" && first.length > 1 ? first.map((_, i) => `${target} ${i + 1}`) : [target];
}

/** A row's prediction: the class's name, or the values. */
const predictedOf = (result: PredictResult, value: number | readonly number[]): (string | number)[] =>
  typeof value === "number" ? [classOf(result, value)] : [...value];

/** The first rows for a terminal, with a heading. */
export function formatPredictions(result: PredictResult, most: number): string[][] {
  const { probabilities, actual } = result;
  const names = targetsOf(result);
  const ofClasses = (probabilities?.[0] ?? []).map((_, i) => `p(${classOf(result, i)})`);
  const few = ofClasses.join(" ").length <= MOST_COLUMNS;
  const text = (value: string | number): string => (typeof value === "number" ? value.toPrecision(6) : value);
  const shares = (row: readonly number[]): string[] => {
    if (few) return row.map((p) => p.toFixed(4));
    const order = row.map((_, i) => i).toSorted((a, b) => row[b]! - row[a]!);
    return [
      order
        .slice(0, 3)
        .map((i) => `${classOf(result, i)} ${row[i]!.toFixed(4)}`)
        .join(", "),
    ];
  };
  const heading = [
    "row",
    ...names,
    ...(actual ? names.map(() => "actual") : []),
    ...(few ? ofClasses : ["likeliest"]),
  ];
  const rows = result.predictions
    .slice(0, most)
    .map((value, i) => [
      String(result.numbers[i]),
      ...predictedOf(result, value).map(text),
      ...(actual ? predictedOf(result, actual[i]!).map(text) : []),
      ...(probabilities ? shares(probabilities[i]!) : []),
    ]);
  return [heading, ...rows];
}

/** All rows as objects: `{ "row": 1, "species": "setosa", "probabilities": { "setosa": 0.98, ... } }`. */
export function predictionRecords(result: PredictResult): Record<string, unknown>[] {
  const names = targetsOf(result);
  return result.predictions.map((value, i) => {
    const predicted = predictedOf(result, value).map((v, column) => [names[column]!, v] as const);
    const shares = result.probabilities?.[i]?.map((p, c) => [classOf(result, c), p] as const);
    return {
      row: result.numbers[i],
      ...Object.fromEntries(predicted),
      ...(shares && { probabilities: Object.fromEntries(shares) }),
    };
  });
}

/** All rows as CSV, in full precision. */
export function predictionTable(result: PredictResult): string {
  const { predictions, probabilities, numbers } = result;
  const classes = (probabilities?.[0] ?? []).map((_, c) => `p(${classOf(result, c)})`);
  const heading = ["row", ...targetsOf(result), ...classes];
  const rows = predictions.map((value, i) => [
    numbers[i]!,
    ...predictedOf(result, value),
    ...(probabilities?.[i] ?? []),
  ]);
  return [heading, ...rows].map((row) => `${row.map(csvField).join(",")}\n`).join("");
}
