/** A comparison as tables and sentences, for terminal and report alike. */
import type { Standing } from "../../core/standings.ts";
import { mean } from "../../core/statistics.ts";
import { decimal, whole } from "../../report/numbers.ts";
import { type Cell, type Table, bad, best, cell, interval, none } from "../../report/table.ts";
import type { CompareResult } from "./result.ts";

/** Scores as they are shown: accuracies in per cent, errors in the targets' own units. */
export const shown = ({ measure }: Pick<CompareResult, "measure">) =>
  measure === "accuracy"
    ? { name: "accuracy", unit: "%", show: (score: number): string => (100 * score).toFixed(1) }
    : { name: "rmse", unit: "rmse", show: decimal };

export const signed = (text: string): string =>
  /^[-0]*\.?0*$/.test(text) || text.startsWith("-") ? text : `+${text}`;

/** Each activation at its own best rate, the best first. */
export function standingsTable(result: CompareResult): Table {
  const { name, unit, show } = shown(result);
  const { rows, against } = result.standings;
  const validated = result.rows.validation > 0;
  const signedShow = (v: number): string => signed(show(v));
  const difference = ({ difference: d, place }: Standing): Cell[] => {
    if (d === null) return [place === null ? none : cell(""), cell("")];
    return [
      cell(signedShow(d.mean)),
      "low" in d ? cell(interval({ ...d, median: d.mean }, signedShow)) : none,
    ];
  };
  return {
    title: `Test ${name} of ${result.network} on ${result.data.name}`,
    heading: [
      "",
      "activation",
      "rate",
      ...(validated ? [`val. ${unit}`] : []),
      `test ${unit}`,
      "[min, max]",
      `vs ${against ?? "best"}`,
      "interval",
    ],
    rows: rows.map((row) => [
      row.place === null ? none : best(String(row.place), row.place === 1),
      cell(row.name),
      cell(String(row.rate)),
      ...(row.validation === null ? (validated ? [none] : []) : [cell(show(row.validation))]),
      bad(show(row.test.mean), !row.learned),
      cell(interval(row.test, show)),
      ...difference(row),
    ]),
    notes: notesOf(result),
  };
}

/** What came out, in a sentence or two. */
export function verdictOf(result: CompareResult): string[] {
  const { rows } = result.standings;
  const first = rows.filter(({ place }) => place === 1).map((row) => row.name);
  const learned = rows.filter((row) => row.learned);
  const edges = rows.filter(({ edge, place }) => edge !== null && place !== null);
  const said: string[] = [];
  if (rows.length === 0) return [];
  if (learned.length === 0) said.push("None of them learned anything: try other rates, or more epochs.");
  else if (rows.length === 1) said.push(`Only ${rows[0]!.name} was reached.`);
  else if (first.length > 1)
    said.push(
      `${listed(first)} share the first place: their differences may be none, at these rows and seeds.`,
    );
  else said.push(`${first[0]} is best.`);
  for (const row of rows.filter((r) => !r.learned && r.place !== null))
    said.push(`${row.name} learned nothing: half its seeds are no better than ${nothing(result)}.`);
  for (const { name, diverged } of rows.filter(({ place }) => place === null))
    said.push(`${name} diverged at every rate, at the best in ${diverged} of ${result.seeds.length} seeds.`);
  for (const { name, rate, edge } of edges)
    said.push(`${name}'s best rate ${rate} is the grid's ${edge}est: a ${edge}er one may be better.`);
  return said;
}

const nothing = ({ measure }: CompareResult): string =>
  measure === "accuracy" ? "the most frequent class" : "the mean of the training rows";

function notesOf(result: CompareResult): string[] {
  const { seeds, steps, batch, protocol, rows, standings } = result;
  const { name, show } = shown(result);
  const unit = result.measure === "accuracy" ? " %" : "";
  const splits = new Set(protocol.splits).size;
  const method =
    protocol.overlap > 0
      ? "corrected resampled t (Nadeau and Bengio 2003), for splits share rows"
      : `paired t over the ${splits > 1 ? "splits" : "seeds"}`;
  return [
    `Mean ${name} on ${result.rows.validation > 0 ? "validation and " : ""}test rows, and the least and greatest on test rows, of ` +
      `${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"}: ${whole(steps)} steps of ${batch} rows; ` +
      (splits > 1
        ? `the rows are split anew ${splits === seeds.length ? "for each seed" : `${splits} times`}: `
        : "all on one split of the rows: ") +
      `${rows.train} to train on, ${rows.validation > 0 ? `${rows.validation} to choose the rate by, ` : ""}${rows.test} to test on.`,
    seeds.length === 1
      ? "One seed gives no interval: more of them do (--seeds 10)."
      : `Differences are paired: of one seed all have the same split, starting seed and batches. Intervals: ${100 * standings.level} % ` +
        `for all together (Bonferroni), ${method}. Whose interval holds 0 shares the place.`,
    `No better than ${show(mean(protocol.chance))}${unit} (${nothing(result)}) is nothing learned.`,
  ];
}

/** Every rate of every activation: means over the seeds. */
export function ratesTable(result: CompareResult): Table {
  const { unit, show } = shown(result);
  const chosen = new Map(result.standings.rows.map((row) => [row.name, row.rate]));
  const validated = result.rows.validation > 0;
  return {
    title: "All learning rates",
    heading: ["activation", "rate", ...(validated ? [`validation ${unit}`] : []), `test ${unit}`, "diverged"],
    rows: result.entries.flatMap((entry) =>
      entry.trials.map(({ rate, validation, test, diverged }) => [
        cell(entry.name),
        best(String(rate), chosen.get(entry.name) === rate),
        ...(validated ? [cell(show(mean(validation)))] : []),
        cell(show(mean(test))),
        cell(String(diverged.filter(Boolean).length)),
      ]),
    ),
    notes: [
      "Means over the seeds. Marked: the rate with the best mean on the validation rows, then the least loss.",
    ],
  };
}

export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
