/** What a suite of the bench is. A new one: a file with such a record, and a line in the table in suites.ts. */
import type { Ceilings, DatasetHost, Gpu } from "../src/index.ts";
import type { PeersOptions, PeersResult, Part } from "./peers/result.ts";
import type { Progress } from "./progress.ts";
import type { Markup } from "../src/report/markup.ts";
import type { Level } from "./contest/task.ts";
import type { TaskName } from "./contest/tasks/index.ts";
import type { PytorchResult } from "./steps/pytorch.ts";
import type { Table } from "../src/report/table.ts";

/** What the command line was given. */
export interface BenchChoice {
  /** Names in the table of activations, each once; undefined where a suite may choose. */
  readonly activations?: readonly string[] | undefined;
  /** Activations as formulas, beside them. */
  readonly formulas: readonly string[];
  /** To have a look: few samples. */
  readonly quick: boolean;
  /** Whether no suite was named: what is not the answer is kept short. */
  readonly brief: boolean;
  readonly dataset: string;
  readonly layers: readonly number[];
  readonly batch: number;
  readonly lr: number;
  readonly epochs?: number | undefined;
  readonly seeds?: readonly number[] | undefined;
  /** Of the suite language: the path of its text, and its steps. */
  readonly languageText?: string | undefined;
  readonly steps?: number | undefined;
  /** Of the contest. */
  readonly tasks?: readonly TaskName[] | undefined;
  readonly level?: Level | undefined;
  /** A file of the task "language". */
  readonly text?: string | undefined;
  readonly init?: "fitting" | "same" | undefined;
  /** Parts of the comparison; all where none is named. */
  readonly only: readonly Part[];
  /** What bench/pytorch/step.py has measured. */
  readonly pytorch?: PytorchResult | undefined;
}

/** What a suite times where no activations are named. */
export const usualActivations = "identity,relu,leaky_relu,elu,sigmoid,tanh,gelu,gelu_tanh,silu".split(",");

/** Reports progress; called between samples. */
export interface Observer {
  readonly signal: AbortSignal;
  /** Where units of work that are done are counted. */
  readonly progress: Progress;
  begin(doing: string): void;
  /** Told what the suite's result would be if it ended here: it outlives a kill. */
  reached?(result: unknown): void;
  /** Computes a cell, or takes it from before a crash. Names are the suite's own. */
  once<T>(name: string, compute: () => Promise<T>): Promise<T>;
}

/** Times the engine and its peers in one page. */
export type Compare = (gpu: Gpu, options: PeersOptions, observer: Observer) => Promise<PeersResult>;

/** What suites find where they run. */
export interface SuiteHost extends DatasetHost {
  /** Whether the adapter computes on the CPU. */
  readonly software: boolean;
  /** Only there in the comparison's own page. */
  readonly compare?: Compare;
  /** What each suite gave in an earlier run that this one goes on from, by name. */
  readonly earlier?: Readonly<Record<string, unknown>>;
}

/** A suite whose options are checked and whose data are loaded. */
export interface Prepared<R> {
  /** Adds its parts with guesses at what their units take. */
  expect(progress: Progress, software: boolean): void;
  /** When the signal aborts it gives what it has reached. @throws ActigradError "kernel" for wrong results */
  run(gpu: Gpu, observer: Observer): Promise<R>;
}

/** A figure without a unit that another run on the same adapter can be held against: the larger, the better. */
export interface Ratio {
  /** What was timed, shapes included: the same name means the same work. */
  readonly name: string;
  /** What its rate is a part or a multiple of: "copy". */
  readonly to: string;
  readonly value: number;
}

/** One thing that a bench measures. `O` and `R` are plain JSON: the suite's options and results in the file. */
export interface Suite<O, R> {
  /** For --help. */
  readonly help: string;
  options(choice: BenchChoice): O;
  /** Before anything of any suite is timed. @throws ActigradError "option" or "data" */
  prepare(options: O, host: SuiteHost): Prepared<R> | Promise<Prepared<R>>;
  /** What it comes to, in sentences: told before all tables. */
  answer?(result: R): readonly string[];
  /** For terminal and report alike; none when nothing was reached. */
  tables(result: R): readonly Table[];
  /** Its part of the report, headings included; undefined when nothing was reached. */
  report(result: R): Markup | undefined;
  /** For `--baseline`: what may be compared with an earlier run, never milliseconds. `adapter`, if in the same run. */
  ratios?(result: R, adapter: Ceilings | undefined): readonly Ratio[];
  /** How the figures came about, in sentences, as a reader needs it to trust them or to do it again. */
  method(result: R): readonly string[];
}
