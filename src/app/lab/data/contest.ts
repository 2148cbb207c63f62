/** The contest as the page knows it: available tasks, choices, progress, results. Outlives its room. */
import type { ContestOptions } from "../../../../bench/contest/result.ts";
import type { BenchResult } from "../../../../bench/result.ts";
import type { ErrorRecord } from "../../../host/job.ts";
import { adapterName } from "../../../report/numbers.ts";
import { Restarts } from "../../../host/restarts.ts";
import { contestOptions, isOwn } from "../contest-choice.ts";
import { hostName } from "../page/host.ts";
import type { Lab } from "../page/lab.ts";
import { Store } from "../page/store.ts";
import type { ContestTask, Event } from "../worker/protocol.ts";
import { missingFiles } from "./drop.ts";
import { type KeptContest, keepContest, keptContests, keyOf } from "./keep-contest.ts";

export interface ContestState {
  /** Undefined until the worker has reported. */
  readonly tasks: readonly ContestTask[] | undefined;
  /** What is shown: the contest in progress, or the last one. */
  readonly shown: KeptContest | undefined;
  /** Progress and remaining time; both undefined before the worker has reported. */
  readonly running: { readonly share?: number; readonly secondsLeft?: number } | undefined;
  readonly failed: ErrorRecord | undefined;
  /** The GPU was lost, and the contest continues. */
  readonly lost: boolean;
}

export class Contest {
  readonly state = new Store<ContestState>({
    tasks: undefined,
    shown: undefined,
    running: undefined,
    failed: undefined,
    lost: false,
  });
  readonly #lab: Lab;
  readonly #restarts = new Restarts();
  readonly #kept: Promise<ReadonlyMap<string, KeptContest>>;
  /** Contests of this visit, by key. */
  readonly #own = new Map<string, KeptContest>();
  /** Key of the choice last looked up. */
  #asked = "";
  /** Cells of the contest in progress. */
  #files: readonly File[] = [];
  #begun = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#kept = keptContests();
    lab.onEvent((event) => this.#take(event));
    lab.send({ kind: "contest-tasks" });
    lab.state.subscribe(() => void this.#look());
    void this.#look();
  }

  /** The contest's options from the visitor's choice. */
  get options(): ContestOptions {
    const { setup, contest } = this.#lab.state.value;
    return contestOptions(setup, contest);
  }

  /** Whether the displayed result is for another choice. */
  get changed(): boolean {
    const { shown } = this.state.value;
    return shown !== undefined && keyOf(shown.options) !== keyOf(this.options);
  }

  /** A file that the task "own" needs but that is missing. */
  get missing(): string | undefined {
    const { setup, contest, files } = this.#lab.state.value;
    return isOwn(contest) ? missingFiles(setup.dataset, files)[0] : undefined;
  }

  /** Starts, or resumes what was stopped; a complete one is run again from the start. */
  async start(): Promise<void> {
    if (this.state.value.running !== undefined || this.missing !== undefined) return;
    this.#lab.compete({}); // the address names it
    const { options } = this;
    const { files: dropped, gpu } = this.#lab.state.value;
    this.#files = dropped;
    const adapter = gpu.kind === "ready" ? adapterName(gpu.adapter) : "";
    const files = options.tasks.includes("own") ? nameOf(dropped) : "";
    this.state.patch({ running: {}, failed: undefined, lost: false });
    const before = await this.#find(keyOf(options));
    const same = before?.files === files && before.adapter === adapter;
    const goesOn = same && before.result?.complete !== true;
    this.#show({ options, files, adapter, cells: goesOn ? before.cells : new Map(), result: undefined });
    this.#send();
  }

  stop(): void {
    this.#lab.send({ kind: "stop-contest" });
  }

  #send(): void {
    const { options, cells } = this.state.value.shown!;
    this.#begun = performance.now();
    this.#lab.send({ kind: "contest", options, files: this.#files, host: hostName(), kept: cells });
  }

  /** Shows what is known of another choice. */
  async #look(): Promise<void> {
    const asked = keyOf(this.options);
    if (asked === this.#asked) return;
    this.#asked = asked;
    const found = await this.#find(asked);
    if (found !== undefined && asked === this.#asked && this.state.value.running === undefined)
      this.state.patch({ shown: found, failed: undefined });
  }

  async #find(key: string): Promise<KeptContest | undefined> {
    return this.#own.get(key) ?? (await this.#kept).get(key);
  }

  #show(contest: KeptContest): void {
    this.#own.set(keyOf(contest.options), contest);
    this.state.patch({ shown: contest });
    void keepContest(contest);
  }

  #take(event: Event): void {
    if (event.kind === "contest-tasks") this.state.patch({ tasks: event.tasks });
    const { running, shown } = this.state.value;
    if (running === undefined || shown === undefined) return;
    if (event.kind === "contest-progress") {
      const { secondsLeft } = event;
      const spent = (performance.now() - this.#begun) / 1000;
      this.state.patch({ running: { secondsLeft, share: spent / (spent + secondsLeft) }, lost: false });
    } else if (event.kind === "contest-kept") {
      this.#show({ ...shown, cells: new Map(shown.cells).set(event.name, event.json) });
    } else if (event.kind === "contest-done") this.#end(shown, event.result, event.error);
    else if (event.kind === "died") this.#goOn({ code: "device-lost", message: event.message });
  }

  #end(shown: KeptContest, result: BenchResult | undefined, error: ErrorRecord | undefined): void {
    if (error?.code === "device-lost") return this.#goOn(error);
    this.state.patch({ running: undefined, failed: error, lost: false });
    if (result === undefined) return;
    this.#show({ ...shown, result, cells: result.complete ? new Map() : shown.cells });
  }

  /** A lost device, or a dead worker, costs only one cell. */
  #goOn(error: ErrorRecord): void {
    if (!this.#restarts.allow()) return this.state.patch({ running: undefined, failed: error, lost: false });
    this.state.patch({ running: {}, lost: true });
    this.#send();
  }
}

/** Distinguishes files with the same names. */
const nameOf = (files: readonly File[]): string =>
  JSON.stringify(files.map(({ name, size, lastModified }) => [name, size, lastModified]));

const contests = new WeakMap<Lab, Contest>();

/** The page's one contest. */
export function contestOf(lab: Lab): Contest {
  const known = contests.get(lab) ?? new Contest(lab);
  contests.set(lab, known);
  return known;
}
