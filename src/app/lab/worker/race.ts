import { chanceAccuracy, chanceSquared } from "../../../../bench/contest/chance.ts";
import { median } from "../../../core/statistics.ts";
import {
  ActigradError,
  type Dataset,
  type Gpu,
  describeData,
  outputsOf,
  sampleSize,
  stepsPerEpoch,
} from "../../../index.ts";
import type { Setup } from "../setup.ts";
import { readFiles } from "./files.ts";
import type { Event, RaceFacts, RaceRequest, RaceSnapshot } from "./protocol.ts";
import { type RaceData, loadRaceData } from "./race-data.ts";
import { Runner } from "./runner.ts";

/** Evaluations over a whole race. */
const EVALUATIONS = 40;
/** Target milliseconds for a round of all activations: the longest wait for a pause. */
const ROUND_MS = 80;
/** Milliseconds between two snapshots, and the share of time that they may take. */
const [SNAPSHOT_MS, SNAPSHOT_SHARE] = [5000, 0.02];
/** Most losses of a race, over all activations, replicas and steps. */
export const MOST_LOSSES = 20_000_000;

/** Steps that a software adapter runs with kernels that compile quickly, so that a first picture does not wait for the others. */
const FIRST_STEPS = 8;

/** Looks into the networks while nothing runs on the GPU. */
export interface Onlooker {
  /** One runner has trained a few steps. */
  afterTurn(race: Race, runner: number): Promise<void>;
  /** All runners have. */
  afterRound(race: Race): Promise<void>;
}

/** Trains the same network with each activation: the same seeds, the same batches, a few steps in turn. */
export class Race {
  readonly facts: RaceFacts;
  readonly runners: readonly Runner[];
  /** Marks its events. */
  run: number;
  /** Most steps per second; 0 for no limit. */
  pace = 0;
  readonly #setup: Setup;
  readonly #emit: (event: Event) => void;
  readonly #onlooker: Onlooker;
  readonly #every: number;
  #playing = false;
  #ended = false;
  #count = 1;
  #snapshotAt = performance.now() + SNAPSHOT_MS;
  /** The work in progress; anything that changes the race waits for it. */
  #work: Promise<void> = Promise.resolve();

  private constructor(
    run: number,
    setup: Setup,
    data: RaceData,
    runners: readonly Runner[],
    emit: (event: Event) => void,
    onlooker: Onlooker,
  ) {
    this.run = run;
    this.#setup = setup;
    this.runners = runners;
    this.#emit = emit;
    this.#onlooker = onlooker;
    this.facts = factsOf(data, setup);
    this.#every = Math.max(1, Math.ceil(this.facts.steps / EVALUATIONS));
  }

  /** @throws ActigradError for an invalid dataset, network or activation */
  static async prepare(
    gpu: Gpu,
    {
      run,
      setup: asked,
      files,
      snapshot,
    }: RaceRequest & { readonly run: number; readonly snapshot?: RaceSnapshot },
    emit: (event: Event) => void,
    onlooker: Onlooker,
  ): Promise<Race> {
    const data = await loadRaceData(asked, { read: readFiles(files) });
    const setup = { ...asked, batch: data.batch };
    expectRoom(data.train, setup);
    const runners: Runner[] = [];
    try {
      for (const activation of setup.activations)
        runners.push(await Runner.create(gpu, activation, setup, data));
      for (const [i, own] of (snapshot ?? []).entries()) await runners[i]?.restore(own);
    } catch (error) {
      for (const runner of runners) runner.dispose();
      throw error;
    }
    return new Race(run, setup, data, runners, emit, onlooker);
  }

  get step(): number {
    return Math.max(...this.runners.map((runner) => runner.step));
  }

  play(): void {
    if (this.#playing || this.#ended) return;
    this.#playing = true;
    this.#then(() => this.#loop());
  }

  pause(): void {
    this.#playing = false;
  }

  /** One step of every activation. */
  single(): void {
    this.#playing = false;
    this.#then(async () => {
      await this.#round(1);
      await this.#snapshot();
      this.#tell();
    });
  }

  /** Lets the onlooker look even if nothing trains. A simultaneous play comes first. */
  look(): void {
    if (this.#playing) return;
    this.#then(async () => {
      await new Promise((resolve) => setTimeout(resolve));
      if (!this.#playing) await this.#onlooker.afterRound(this);
    });
  }

  /** Sends the model file of a runner's network; during training, with its weights between two submits. */
  async save(runner: number, columns: readonly number[]): Promise<void> {
    try {
      const bytes = await this.runners[runner]?.save(columns, this.#setup);
      if (bytes !== undefined) this.#emit({ kind: "saved", bytes });
    } catch (error) {
      this.onError(error);
    }
  }

  /** Moves the points of a runner's splines; during training, between two submits. */
  async bend(runner: number, points: readonly number[]): Promise<void> {
    try {
      const { bendSplines } = await import("./bend.ts");
      const own = this.runners[runner];
      if (own !== undefined) bendSplines(own.trainer, points);
      this.look();
    } catch (error) {
      this.onError(error);
    }
  }

  /** Back to the starting weights; later events are marked with `run`. */
  reset(run: number): void {
    this.#playing = false;
    this.#then(async () => {
      this.run = run;
      for (const runner of this.runners) runner.reset();
      this.#emit({ kind: "ready", run, facts: this.facts });
      this.#tell();
      await this.#onlooker.afterRound(this);
    });
  }

  /** Ends after the round in progress; nothing starts any more. */
  async end(): Promise<void> {
    this.#playing = false;
    this.#ended = true;
    await this.#work;
  }

  /** Frees everything. */
  dispose(): void {
    for (const runner of this.runners) runner.dispose();
  }

  #then(work: () => Promise<void>): void {
    const before = this.#work;
    const all = async (): Promise<void> => {
      await before;
      try {
        if (!this.#ended) await work();
      } catch (error) {
        this.#playing = false;
        this.onError(error);
      }
    };
    this.#work = all();
  }

  /** Set by the race's owner: called with the error that ended it. */
  onError: (error: unknown) => void = () => undefined;

  get #finished(): boolean {
    return this.runners.every((runner) => runner.stopped || runner.step >= this.facts.steps);
  }

  #tell(): void {
    const status = this.#finished ? "done" : this.#playing ? "running" : "paused";
    this.#emit({ kind: "status", run: this.run, status });
  }

  async #loop(): Promise<void> {
    this.#tell();
    while (this.#playing && !this.#finished) {
      const begin = performance.now();
      await this.#round(this.#count);
      const ms = performance.now() - begin;
      // At most doubling: the first rounds also compile.
      this.#count = Math.max(1, Math.min(this.#count * 2, Math.floor((this.#count * ROUND_MS) / ms), 256));
      if (performance.now() >= this.#snapshotAt) await this.#snapshot();
      if (this.pace > 0) await this.#hold(begin);
    }
    this.#playing = false;
    await this.#snapshot();
    this.#tell();
  }

  /** Reports the race's state; less often if that takes long. */
  async #snapshot(): Promise<void> {
    const begin = performance.now();
    const snapshot = await Promise.all(this.runners.map((runner) => runner.snapshot()));
    this.#emit({ kind: "snapshot", run: this.run, snapshot });
    const now = performance.now();
    this.#snapshotAt = now + Math.max(SNAPSHOT_MS, (now - begin) / SNAPSHOT_SHARE);
  }

  /** Waits until the round's steps have taken the time set by the pace. */
  async #hold(begin: number): Promise<void> {
    const steps = Math.max(1, Math.min(this.#count, Math.round(this.pace / 10)));
    this.#count = steps;
    const until = begin + (steps / this.pace) * 1000;
    while (this.#playing && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, Math.min(50, until - performance.now())));
  }

  /** `count` steps of every activation still running, and the evaluations that are due. */
  async #round(count: number): Promise<void> {
    const { steps } = this.facts;
    if (this.step >= FIRST_STEPS) await Promise.all(this.runners.map((runner) => runner.compiled()));
    for (const [i, runner] of this.runners.entries()) {
      if (runner.stopped || runner.step >= steps) continue;
      const due = Math.min(steps, (Math.floor(runner.step / this.#every) + 1) * this.#every);
      const from = runner.step;
      const losses = await runner.advance(Math.min(count, due - from));
      const { run } = this;
      const { seconds } = runner;
      this.#emit({ kind: "losses", run, runner: i, from, losses, seconds });
      if (runner.step === due) await this.#evaluate(i, runner);
      if (this.#ended) return;
      await this.#onlooker.afterTurn(this, i);
    }
    await this.#onlooker.afterRound(this);
  }

  async #evaluate(i: number, runner: Runner): Promise<void> {
    const { run } = this;
    const { step, seconds } = runner;
    const scores = await runner.evaluate();
    this.#emit({ kind: "evaluation", run, runner: i, step, seconds, ...scores });
    const { target } = this.#setup;
    if (target === 0 || !reaches(scores.accuracy, target, this.#setup.replicas)) return;
    runner.stopped = true;
    this.#emit({ kind: "reached", run, runner: i, step });
  }
}

/** Whether, at some learning rate, the median over the seeds has reached the target. */
function reaches(accuracy: readonly number[], target: number, seeds: number): boolean {
  for (let i = 0; i < accuracy.length; i += seeds) {
    if (median(accuracy.slice(i, i + seeds)) >= target) return true;
  }
  return false;
}

function factsOf(
  { spec, train, validation, test, description, scaling }: RaceData,
  { batch, epochs, lr, replicas }: Setup,
): RaceFacts {
  const perEpoch = stepsPerEpoch(train, batch);
  return {
    dataset: spec,
    trainRows: train.rows,
    validationRows: validation?.rows ?? 0,
    testRows: test.rows,
    inputs: sampleSize(train),
    outputs: outputsOf(train),
    kind: train.kind,
    chance:
      train.kind === "classes"
        ? chanceAccuracy(train, test)
        : Math.sqrt(chanceSquared(train, test, scaling.targets?.std)),
    data: describeData(description),
    sample: train.shape,
    steps: epochs * perEpoch,
    stepsPerEpoch: perEpoch,
    columns: lr.length * replicas,
  };
}

function expectRoom(train: Dataset, { batch, epochs, lr, replicas, activations }: Setup): void {
  const steps = epochs * stepsPerEpoch(train, batch);
  const losses = steps * lr.length * replicas * activations.length;
  if (losses <= MOST_LOSSES) return;
  throw new ActigradError("option", `${losses} losses are more than the page keeps (${MOST_LOSSES})`, {
    hint: "use fewer epochs, seeds or activations",
  });
}
