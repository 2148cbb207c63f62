/**
 * What an experiment is: a statement about activation functions, and what it takes to see whether it holds. Records are data
 * and functions that know neither Node nor the page: the command line, the report and the page's chapters derive from them.
 */
import type { Spread } from "../core/statistics.ts";
import type { Text } from "../core/text.ts";
import type { ChapterName } from "./chapters.ts";
import type { Figure, Panel } from "../report/figure/figure.ts";
import type { Place } from "./place.ts";
import type { StatementTexts } from "./texts.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a run is made with, as data: network, starting weights, optimizer, learning rates, rows, steps. */
export type Setup = Readonly<Record<string, Json>>;

/** The number of a set-up that a visitor may change, by its path ("depth", "lr.relu"), and its range. */
export interface Drag<Field extends string = string> {
  readonly field: Field;
  readonly from: number;
  readonly to: number;
  /** What values have to be multiples of. Default 1 where the ends and the set-up's own value are whole. */
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

/** Where a figure has to lie. `each`: that of every seed; otherwise the median of the seeds. */
export interface Gate {
  readonly from?: number;
  readonly to?: number;
  readonly each?: boolean;
  /** Only judged on Fashion-MNIST, which the bounds were taken from; what holds for any images has no such mark. */
  readonly fashion?: boolean;
}

/** A race of the lab page in an experiment's set-up: "dropped/" is the images that a visitor gives it. */
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

/** How a figure is written: with three digits, as a share in per cent, as a whole number, or with an exponent. */
export type Notation = "figure" | "percent" | "count" | "exponent";

/** One figure that an experiment gives, a value per seed. */
export interface Metric {
  readonly name: string;
  readonly label: Text;
  readonly notation?: Notation;
  /** What was measured independently: the median, or the median, the least and the greatest. */
  readonly reference?: readonly [number] | readonly [median: number, low: number, high: number];
  readonly gate?: Gate;
}

/** Does the statement hold? "condition": yes, under a condition that the text names. */
export type Answer = "holds" | "condition" | "fails" | "undecided";

export interface Verdict {
  readonly answer: Answer;
  /** What came out means, in two sentences. */
  readonly text: Text;
}

/** The values of each metric, one per seed; null where one is not finite. */
export type Values = Readonly<Record<string, readonly (number | null)[]>>;

/** What a run gives: the metrics' values, and what the figure is drawn from (`D`, plain JSON). */
export interface Outcome<D> {
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** What the values do not say: curves, pictures. Null where they say all. */
  readonly data: D;
}

/** Reads what came out, for a verdict: the spread over the seeds of a metric; NaN where a value is not finite. */
export interface Read {
  (metric: string): Spread;
  /** Whether these metrics lie within their gates, on whichever images. @throws Error for one without a gate */
  passes(...metrics: readonly string[]): boolean;
}

/** What a run gave, for its figure. */
export interface Given<S = Setup> {
  readonly values: Values;
  readonly setup: S;
  readonly seeds?: readonly number[];
}

/** An answer with its text, whose places are filled: by `fill` first, then by medians, then by the set-up. */
export interface Said extends Verdict {
  readonly fill?: Readonly<Record<string, string | number | Text>> | undefined;
}

export interface Experiment<S extends Setup = Setup, D = unknown> {
  /** Its row in the table of statements. */
  readonly row: number;
  readonly name: string;
  readonly chapter: ChapterName;
  readonly title: Text;
  readonly statement: Text;
  /** What is done, for people. Places in this and other texts are filled by the set-up ({@link filled}). */
  readonly method: Text;
  /** Where the reference comes from, what was published; why a figure differs, where it does. */
  readonly notes?: readonly Text[];
  /** Exact ones are short and come out alike everywhere: they are tests, and `quick` does not change them. */
  readonly exact?: boolean;
  /** It trains on images: Fashion-MNIST, or MNIST in its place. */
  readonly images?: boolean;
  /** Every field is read by `run`: what a set-up says is what runs. */
  readonly setup: S;
  /** What a visitor may change, to see what it changes. */
  readonly drag: Drag;
  /** Where the page's race can have the same set-up, or one like it; `look` says what is to be seen there. */
  readonly race?: RaceSetup & { readonly look: Text };
  /** What is smaller in a quick run. */
  readonly quick?: Partial<NoInfer<S>>;
  /** Seeds of a usual run. Default 3. */
  readonly seeds?: number;
  /** Seconds on a software adapter of two cores: [usual, quick]. For the time left. */
  readonly seconds: readonly [usual: number, quick: number];
  readonly metrics: readonly Metric[];
  run(place: Place, setup: S): Promise<Outcome<D>>;
  figure(data: D, given: Given<S>): Figure;
  verdict(read: Read, setup: S): Said;
}

/** A record as its file says it: texts apart, a figure's panels, a verdict whose text is the usual one. */
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

/** A record whose functions know the types of its set-up and of its data. */
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
  // `run` gets this very set-up (or the quick one), and `panels` what `run` gave.
  return experiment as unknown as Experiment;
}
