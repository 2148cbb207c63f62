/** The course of statements, as the page knows it: what there is, what was found out, what runs. Outlives its room. */
import { chapterNames } from "../../../experiments/chapters.ts";
import { numberAt } from "../../../experiments/drag.ts";
import type { Setup } from "../../../experiments/experiment.ts";
import type { Doing } from "../../../experiments/place.ts";
import { setupOf } from "../../../experiments/setup.ts";
import { smallMnist } from "../../../experiments/small-mnist.ts";
import type { ErrorRecord } from "../../../host/job.ts";
import { hostName } from "../page/host.ts";
import type { Lab } from "../page/lab.ts";
import { Store } from "../page/store.ts";
import type { Event, Statement, StatementResult } from "../worker/protocol.ts";
import { lacksImages } from "./drop.ts";

/** What a visitor set instead of the set-up's own number, and what the last such run gave. */
export interface Own {
  readonly value: number;
  readonly result?: StatementResult | undefined;
}

/** The run in progress. */
export interface Running {
  readonly name: string;
  /** Undefined until the worker has sent it. */
  readonly doing: Doing | undefined;
  /** From 0 to 1, by the time that is left. */
  readonly share: number;
  readonly secondsLeft: number | undefined;
}

export interface CourseState {
  /** In the order of the course; undefined until the worker has sent them. */
  readonly statements: readonly Statement[] | undefined;
  readonly results: ReadonlyMap<string, StatementResult>;
  /** Set-ups that a visitor changed, by statement. */
  readonly own: ReadonlyMap<string, Own>;
  readonly running: Running | undefined;
  readonly failed: { readonly name: string; readonly error: ErrorRecord } | undefined;
  /** What the visitor chose; undefined: quick where the adapter is software. */
  readonly quick: boolean | undefined;
}

export class Course {
  readonly state = new Store<CourseState>({
    statements: undefined,
    results: new Map(),
    own: new Map(),
    running: undefined,
    failed: undefined,
    quick: undefined,
  });
  readonly #lab: Lab;
  #begun = 0;
  /** What runs next: a statement whose set-up was changed while it ran. */
  #next: string | undefined;

  constructor(lab: Lab) {
    this.#lab = lab;
    lab.onEvent((event) => this.#take(event));
    lab.send({ kind: "statements" });
  }

  get quick(): boolean {
    const { gpu } = this.#lab.state.value;
    return this.state.value.quick ?? (gpu.kind === "ready" && gpu.adapter.software);
  }

  /** Whether it wants images that are not given: MNIST's part stands in, which comes with the page. */
  standsIn({ images = false }: Statement): boolean {
    return images && lacksImages(this.#lab.state.value.files);
  }

  /** What a run would train with now. */
  setupOf(statement: Statement): Setup {
    const images = this.standsIn(statement) ? smallMnist : undefined;
    return setupOf(statement, { quick: this.quick && statement.exact !== true, images });
  }

  try(name: string): void {
    if (this.state.value.running !== undefined) return;
    const { files } = this.#lab.state.value;
    this.#begun = performance.now();
    const running = { name, doing: undefined, share: 0, secondsLeft: undefined };
    this.state.patch({ running, failed: undefined });
    const value = this.state.value.own.get(name)?.value;
    const set = value === undefined ? {} : { set: { [this.#named(name).drag.field]: value } };
    const about = { quick: this.quick, files, host: hostName() };
    this.#lab.send({ kind: "try", name, ...set, ...about });
  }

  /** Runs a statement with another number in its set-up; with the set-up's own, shows its result again. */
  drag(name: string, value: number): void {
    const { own, running } = this.state.value;
    const statement = this.#named(name);
    const all = new Map(own);
    const usual = numberAt(this.setupOf(statement), statement.drag.field) === value;
    if (usual) all.delete(name);
    else all.set(name, { ...own.get(name), value });
    this.state.patch({ own: all });
    if (running?.name === name) {
      this.#next = usual ? undefined : name;
      this.stop();
    } else if (!usual) this.try(name);
  }

  #named(name: string): Statement {
    return this.state.value.statements!.find((statement) => statement.name === name)!;
  }

  stop(): void {
    this.#lab.send({ kind: "stop-try" });
  }

  #take(event: Event): void {
    const { state } = this;
    if (event.kind === "statements") {
      const statements = chapterNames.flatMap((chapter) =>
        event.statements.filter((statement) => statement.chapter === chapter),
      );
      state.patch({ statements, results: new Map(event.results.map((r) => [r.row.name, r])) });
    } else if (event.kind === "trying") {
      const { name, what, done, secondsLeft } = event;
      const spent = (performance.now() - this.#begun) / 1000;
      const share = spent / (spent + secondsLeft);
      state.patch({ running: { name, doing: { what, ...(done && { done }) }, share, secondsLeft } });
    } else if (event.kind === "died" && state.value.running !== undefined) {
      const { name } = state.value.running;
      const error = { code: "device-lost", message: event.message } as const;
      state.patch({ running: undefined, failed: { name, error } });
    } else if (event.kind === "tried") {
      const { name, result, error } = event;
      state.patch({ running: undefined, failed: error && { name, error } });
      if (result !== undefined) this.#keep(name, result);
      const next = this.#next;
      this.#next = undefined;
      if (next !== undefined) this.try(next);
    }
  }

  /** With the results, or with what the visitor set, unless that is another number by now. */
  #keep(name: string, result: StatementResult): void {
    const { results, own } = this.state.value;
    const { set } = result.row;
    if (set === undefined) return this.state.patch({ results: new Map(results).set(name, result) });
    const value = own.get(name)?.value;
    if (value !== undefined && value === set[this.#named(name).drag.field])
      this.state.patch({ own: new Map(own).set(name, { value, result }) });
  }
}

const courses = new WeakMap<Lab, Course>();

/** The page's one course. */
export function courseOf(lab: Lab): Course {
  const known = courses.get(lab) ?? new Course(lab);
  courses.set(lab, known);
  return known;
}
