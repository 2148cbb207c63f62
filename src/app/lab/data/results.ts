/** The results of a race so far. The worker's events extend them; they are drawn, stored and exported from here. */
import { Columns } from "../../../core/columns.ts";
import { median } from "../../../core/statistics.ts";
import { type ChosenTrial, type Validated, chooseTrial } from "../../../core/trials.ts";
import type { AdapterInfo } from "../../../index.ts";
import type { Setup } from "../setup.ts";
import type { EvaluationPoint, Event, RaceFacts, Scores } from "../worker/protocol.ts";
import { Buckets } from "./buckets.ts";

/** The columns of a runner's learning rate, and its place in the grid. */
export interface Best {
  readonly rate: number;
  readonly columns: readonly number[];
  readonly edge: ChosenTrial["edge"];
}

/** Steps done after a number of seconds of training. */
export type Mark = readonly [step: number, seconds: number];

/** One activation's results: a column for each learning rate and seed. */
export class RunnerResults {
  activation: string;
  readonly columns: number;
  reachedAt: number | undefined;
  readonly marks: Mark[] = [];
  readonly evaluations: EvaluationPoint[] = [];
  readonly buckets: Buckets;
  readonly #losses: Columns;

  constructor(activation: string, columns: number) {
    this.activation = activation;
    this.columns = columns;
    this.buckets = new Buckets(columns);
    this.#losses = new Columns(columns, 1024);
  }

  /** losses[column][step] of the next steps. */
  append(losses: readonly Float32Array[], seconds: number): void {
    this.#losses.append(losses);
    this.buckets.append(losses);
    this.marks.push([this.steps, seconds]);
  }

  get steps(): number {
    return this.#losses.count;
  }

  /** [column][step] */
  get losses(): readonly Float32Array[] {
    return this.#losses.before();
  }

  get seconds(): number {
    return this.marks.at(-1)?.[1] ?? 0;
  }

  /** The first step whose loss was not finite, by column; undefined if all were. */
  divergedAt(column: number): number | undefined {
    return this.buckets.divergedAt[column];
  }

  /** Columns with a loss that was not finite. */
  get diverged(): number {
    return this.buckets.divergedAt.filter((step) => step !== undefined).length;
  }

  /** When a step was done, interpolated between two marks. */
  secondsAt(step: number): number {
    let [low, high] = [0, this.marks.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.marks[middle]![0] < step) low = middle + 1;
      else high = middle;
    }
    const [toStep, toSeconds] = this.marks[low] ?? [0, 0];
    const [fromStep, fromSeconds] = low === 0 ? [0, 0] : this.marks[low - 1]!;
    const share = toStep === fromStep ? 1 : Math.min(1, (step - fromStep) / (toStep - fromStep));
    return fromSeconds + (toSeconds - fromSeconds) * share;
  }
}

export class RaceResults {
  setup: Setup;
  readonly adapter: AdapterInfo;
  readonly facts: RaceFacts;
  readonly date: string;
  readonly runners: readonly RunnerResults[];
  /** The step at which a curve was last bent during training: from then on the set-up alone does not reproduce the losses. */
  bentAt: number | undefined;
  /** Increases with every event: a chart that has drawn this version is up to date. */
  version = 0;

  constructor(setup: Setup, adapter: AdapterInfo, facts: RaceFacts, date: string) {
    this.setup = setup;
    this.adapter = adapter;
    this.facts = facts;
    this.date = date;
    this.runners = setup.activations.map((name) => new RunnerResults(name, facts.columns));
  }

  take(event: Event): void {
    if (event.kind === "losses") this.runners[event.runner]!.append(event.losses, event.seconds);
    else if (event.kind === "evaluation") {
      const { kind: _, run: _run, runner, ...point } = event;
      this.runners[runner]!.evaluations.push(point);
    } else if (event.kind === "reached") this.runners[event.runner]!.reachedAt = event.step;
    else return;
    this.version++;
  }

  /** Records that an activation was changed during training. */
  bend(place: number, text: string): void {
    const { activations } = this.setup;
    this.setup = { ...this.setup, activations: activations.map((old, i) => (i === place ? text : old)) };
    this.runners[place]!.activation = text;
    this.bentAt = this.step;
    this.version++;
  }

  /** Steps of the slowest activation. */
  get step(): number {
    const running = this.runners.filter((runner) => runner.reachedAt === undefined);
    return Math.min(...(running.length > 0 ? running : this.runners).map((runner) => runner.steps));
  }

  get complete(): boolean {
    return this.runners.every((r) => r.reachedAt !== undefined || r.steps >= this.facts.steps);
  }

  /** Place of the runner with the smallest median loss of its best columns' last steps. */
  get leader(): number {
    const late = this.runners.map((runner) =>
      median(this.best(runner).columns.map((c) => runner.buckets.lastMean(c))),
    );
    const known = late.map((loss) => (Number.isNaN(loss) ? Infinity : loss));
    return known.indexOf(Math.min(...known));
  }

  /** The columns of a learning rate, by its place in the grid. */
  columnsOf(place: number): readonly number[] {
    const { replicas } = this.setup;
    return Array.from({ length: replicas }, (_, r) => place * replicas + r);
  }

  /** Results of a runner's learning rates so far on the validation rows; before the first evaluation, in training. */
  trials(runner: RunnerResults): readonly (Validated & { readonly rate: number })[] {
    const validation = runner.evaluations.at(-1)?.validation;
    return this.setup.lr.map((rate, place) => {
      const columns = this.columnsOf(place);
      const own = (values: readonly number[]): number[] =>
        values.length === 0 ? [] : columns.map((c) => values[c]!);
      const late = (): number[] => [median(columns.map((c) => runner.buckets.lastMean(c)))];
      return {
        rate,
        validation: validation === undefined ? [] : own(this.scoresOf(validation)),
        validationLoss: validation === undefined ? late() : own(validation.loss),
        diverged: columns.map((c) => runner.divergedAt(c) !== undefined),
      };
    });
  }

  /** The deciding scores: accuracies, or without classes errors. */
  scoresOf({ accuracy, rmse }: Scores): readonly number[] {
    return this.facts.kind === "classes" ? accuracy : rmse;
  }

  /** Whether high or low scores are better. */
  get better(): "high" | "low" {
    return this.facts.kind === "classes" ? "high" : "low";
  }

  /** A runner's best learning rate so far. */
  best(runner: RunnerResults): Best {
    const trials = this.trials(runner);
    const { trial, edge } = chooseTrial(trials, this.better);
    return { rate: trial.rate, columns: this.columnsOf(trials.indexOf(trial)), edge };
  }
}
