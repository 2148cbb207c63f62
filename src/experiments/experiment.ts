/**
 * An experiment: a statement about activation functions and a way to test it. Records are data and functions that depend neither on
 * Node nor on the page; the command line, the report and the page's chapters are derived from them.
 */
import type { Spread } from "../core/statistics.ts";
import type { Text } from "../core/text.ts";
import type { ChapterName } from "./chapters.ts";
import type { Figure, Panel } from "../report/figure/figure.ts";
import type { Place } from "./place.ts";
import type { StatementTexts } from "./texts.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Everything that determines a run, as data: network, starting weights, optimizer, learning rates, rows, steps. */
export type Setup = Readonly<Record<string, Json>>;

/** The number of a set-up that a visitor can change, by its path ("depth", "lr.relu"), and its range. */
export interface Drag<Field extends string = string> {
  readonly field: Field;
  readonly from: number;
  readonly to: number;
  /** Values must be multiples of this. Default: 1 if the ends and the set-up's own value are whole. */
  readonly multiple?: number;
}

/** The paths of a set-up's numbers. */
type NumberField<S> = {
  [K in keyof S & string]: S[K] extends number
    ? K
    : S[K] extends Readonly<Record<string, number>>
      ? `${K}.${keyof S[K] & string}`
      : never;
}[keyof S & string];

/** The bounds of a figure: for every seed with `each`, otherwise for the median of the seeds. */
export interface Gate {
  readonly from?: number;
  readonly to?: number;
  readonly each?: boolean;
  /** Whether the bounds only apply to Fashion-MNIST, from which they were taken, instead of to any images. */
  readonly fashion?: boolean;
}

/** A race of the lab page as in an experiment's set-up. The dataset "dropped/" stands for images that the visitor provides. */
export interface RaceSetup {
  readonly dataset: string;
  readonly hidden: readonly number[];
  readonly activations: readonly string[];
  readonly init: "fit" | "he" | "glorot" | "lecun";
  readonly optimizer: "sgd" | "adam";
  readonly lr: readonly number[];
  readonly batch: number;
  readonly epochs: number;
}

/** How to write a figure: with three digits, in per cent, as a whole number, or with an exponent. */
export type Notation = "figure" | "percent" | "count" | "exponent";

/** A figure that an experiment measures, with one value per seed. */
export interface Metric {
  readonly name: string;
  readonly label: Text;
  readonly notation?: Notation;
  /** Independent reference results: the median, or the median, the least and the greatest. */
  readonly reference?: readonly [number] | readonly [median: number, low: number, high: number];
  readonly gate?: Gate;
}

/** Whether the statement holds; "condition": yes, under a condition that the text states. */
export type Answer = "holds" | "condition" | "fails" | "undecided";

export interface Verdict {
  readonly answer: Answer;
  /** The meaning of the result, in two sentences. */
  readonly text: Text;
}

/** The values of each metric, one per seed; null if not finite. */
export type Values = Readonly<Record<string, readonly (number | null)[]>>;

/** The result of a run: the metrics' values, and data for the figure (`D`, plain JSON). */
export interface Outcome<D> {
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** What the figure needs besides the values, such as curves and pictures; null if nothing. */
  readonly data: D;
}

/** Reads results for a verdict: a metric's spread over the seeds; NaN if a value is not finite. */
export interface Read {
  (metric: string): Spread;
  /** Whether these metrics are within their gates, on any images. @throws Error for a metric without a gate */
  passes(...metrics: readonly string[]): boolean;
}

/** The results of a run, for its figure. */
export interface Given<S = Setup> {
  readonly values: Values;
  readonly setup: S;
  readonly seeds?: readonly number[];
}

/** An answer with its text. Places in the text are filled by `fill` first, then by medians, then by the set-up. */
export interface Said extends Verdict {
  readonly fill?: Readonly<Record<string, string | number | Text>> | undefined;
}

export interface Experiment<S extends Setup = Setup, D = unknown> {
  /** Row in the table of statements. */
  readonly row: number;
  readonly name: string;
  readonly chapter: ChapterName;
  readonly title: Text;
  readonly statement: Text;
  /** What the experiment does, for people. The set-up fills places in this and other texts ({@link filled}). */
  readonly method: Text;
  /** Source of the reference, published results, and why a figure differs, if it does. */
  readonly notes?: readonly Text[];
  /** Exact experiments are short and give the same result everywhere: tests run them, and `quick` does not change them. */
  readonly exact?: boolean;
  /** Whether it trains on images: Fashion-MNIST, or MNIST instead. */
  readonly images?: boolean;
  /** `run` reads every field, so a set-up describes exactly what runs. */
  readonly setup: S;
  /** What a visitor can change to see its effect. */
  readonly drag: Drag;
  /** A race of the page with the same or a similar set-up; `look` says what to look for. */
  readonly race?: RaceSetup & { readonly look: Text };
  /** The fields that are smaller in a quick run. */
  readonly quick?: Partial<NoInfer<S>>;
  /** Number of seeds of a full run. Default 3. */
  readonly seeds?: number;
  /** Seconds on a software adapter of two cores, [full, quick], to estimate the time left. */
  readonly seconds: readonly [usual: number, quick: number];
  readonly metrics: readonly Metric[];
  run(place: Place, setup: S): Promise<Outcome<D>>;
  figure(data: D, given: Given<S>): Figure;
  verdict(read: Read, setup: S): Said;
}

/** A record as written in its file: texts separate, a figure's panels, a verdict whose text is the usual one. */
export interface ExperimentRecord<S extends Setup, D> extends Omit<
  Experiment<S, D>,
  "title" | "statement" | "method" | "notes" | "race" | "drag" | "figure" | "verdict"
> {
  readonly drag: Drag<NumberField<NoInfer<S>>>;
  readonly race?: RaceSetup;
  panels(data: D, given: Given<S>): readonly Panel[];
  verdict(
    read: Read,
    setup: S,
  ): Answer | { readonly answer: Answer; readonly text?: Text; readonly fill?: Said["fill"] };
}

/** Defines a record whose functions know the types of its set-up and data. */
export function defineStatement<S extends Setup, D>(
  texts: StatementTexts,
  { race, panels, verdict, ...record }: ExperimentRecord<S, D>,
): Experiment {
  const { title, statement, method, notes, look, caption } = texts;
  const experiment: Experiment<S, D> = {
    ...record,
    title,
    statement,
    method,
    ...(notes && { notes }),
    ...(race && look && { race: { ...race, look } }),
    figure: (data, given) => ({ caption, panels: panels(data, given) }),
    verdict(read, setup) {
      const said = verdict(read, setup);
      return typeof said === "string"
        ? { answer: said, text: texts.verdict }
        : { text: texts.verdict, ...said };
    },
  };
  // `run` gets this set-up (or the quick one), and `panels` gets what `run` returned.
  return experiment as unknown as Experiment;
}
