/** A suite of the bench. To add one, write a file with such a record, and a line in the table in suites.ts. */
import type { Ceilings, DatasetHost, Gpu } from "../src/index.ts";
import type { PeersOptions, PeersResult, Part } from "./peers/result.ts";
import type { Progress } from "./progress.ts";
import type { Markup } from "../src/report/markup.ts";
import type { Level } from "./contest/task.ts";
import type { TaskName } from "./contest/tasks/index.ts";
import type { PytorchResult } from "./steps/pytorch.ts";
import type { Table } from "../src/report/table.ts";

/** The command line's options. */
export interface BenchChoice {
  /** Names in the table of activations, each once; undefined if a suite may choose. */
  readonly activations?: readonly string[] | undefined;
  /** Activations given as formulas. */
  readonly formulas: readonly string[];
  /** For a quick look: few samples. */
  readonly quick: boolean;
  /** Whether no suite was named: everything but the answer is then kept short. */
  readonly brief: boolean;
  readonly dataset: string;
  readonly layers: readonly number[];
  readonly batch: number;
  readonly lr: number;
  readonly epochs?: number | undefined;
  readonly seeds?: readonly number[] | undefined;
  /** For the suite language: the path of its text, and its steps. */
  readonly languageText?: string | undefined;
  readonly steps?: number | undefined;
  /** For the contest. */
  readonly tasks?: readonly TaskName[] | undefined;
  readonly level?: Level | undefined;
  /** A file for the task "language". */
  readonly text?: string | undefined;
  readonly init?: "fitting" | "same" | undefined;
  /** Parts of the comparison; all by default. */
  readonly only: readonly Part[];
  /** Measurements by bench/pytorch/step.py. */
  readonly pytorch?: PytorchResult | undefined;
}

/** What a suite times if no activations are named. */
export const usualActivations = "identity,relu,leaky_relu,elu,sigmoid,tanh,gelu,gelu_tanh,silu".split(",");

/** Reports progress; called between samples. */
export interface Observer {
  readonly signal: AbortSignal;
  /** Counts finished units of work. */
  readonly progress: Progress;
  begin(doing: string): void;
  /** Takes the suite's result as it would be if it ended here, to survive a kill. */
  reached?(result: unknown): void;
  /** Computes a cell, or takes it from before a crash. Names are local to the suite. */
  once<T>(name: string, compute: () => Promise<T>): Promise<T>;
}

/** Times the engine and its peers in one page. */
export type Compare = (gpu: Gpu, options: PeersOptions, observer: Observer) => Promise<PeersResult>;

/** What suites find where they run. */
export interface SuiteHost extends DatasetHost {
  /** Whether it is a software adapter. */
  readonly software: boolean;
  /** Only present in the comparison's own page. */
  readonly compare?: Compare;
  /** Results of each suite in an earlier run that this one resumes, by name. */
  readonly earlier?: Readonly<Record<string, unknown>>;
}

/** A suite with its options checked and its data loaded. */
export interface Prepared<R> {
  /** Adds its parts with estimates of what their units take. */
  expect(progress: Progress, software: boolean): void;
  /** If the signal aborts, it returns what it has reached. @throws ActigradError "kernel" for wrong results */
  run(gpu: Gpu, observer: Observer): Promise<R>;
}

/** A ratio without a unit that can be compared with another run on the same adapter: larger is better. */
export interface Ratio {
  /** What was timed, shapes included: the same name means the same work. */
  readonly name: string;
  /** The reference that the ratio divides by: "copy". */
  readonly to: string;
  readonly value: number;
}

/** One thing that a bench measures. `O` and `R` are plain JSON: the suite's options and results in the file. */
export interface Suite<O, R> {
  /** For --help. */
  readonly help: string;
  options(choice: BenchChoice): O;
  /** Called before anything of any suite is timed. @throws ActigradError "option" or "data" */
  prepare(options: O, host: SuiteHost): Prepared<R> | Promise<Prepared<R>>;
  /** The conclusion, in sentences, printed before all tables. */
  answer?(result: R): readonly string[];
  /** For terminal and report alike; none if nothing was reached. */
  tables(result: R): readonly Table[];
  /** Its part of the report, with headings; undefined if nothing was reached. */
  report(result: R): Markup | undefined;
  /** For `--baseline`: what may be compared with an earlier run, never milliseconds. `adapter` if measured in the same run. */
  ratios?(result: R, adapter: Ceilings | undefined): readonly Ratio[];
  /** How the figures were obtained, in sentences, so that a reader can trust or reproduce them. */
  method(result: R): readonly string[];
}
