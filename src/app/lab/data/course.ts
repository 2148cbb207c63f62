/** The course of statements, as the page knows it: what there is, what was found out, what runs. Outlives its room. */
import { chapterNames } from "../../../experiments/chapters.ts";
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

/** The run in progress. */
export interface Running {
  readonly name: string;
  /** Undefined before the worker has told. */
  readonly doing: Doing | undefined;
  /** From 0 to 1, by the time that is left. */
  readonly share: number;
  readonly secondsLeft: number | undefined;
}

export interface CourseState {
  /** In the order of the course; undefined until the worker has told. */
  readonly statements: readonly Statement[] | undefined;
  readonly results: ReadonlyMap<string, StatementResult>;
  readonly running: Running | undefined;
  readonly failed: { readonly name: string; readonly error: ErrorRecord } | undefined;
  /** What the visitor chose; undefined: quick where the adapter is software. */
  readonly quick: boolean | undefined;
}

export class Course {
  readonly state = new Store<CourseState>({
    statements: undefined,
    results: new Map(),
    running: undefined,
    failed: undefined,
    quick: undefined,
  });
  readonly #lab: Lab;
  #begun = 0;

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
    const quick = this.quick && statement.exact !== true;
    return setupOf(statement, quick, this.standsIn(statement) ? smallMnist : undefined);
  }

  try(name: string): void {
    if (this.state.value.running !== undefined) return;
    const { files } = this.#lab.state.value;
    this.#begun = performance.now();
    const running = { name, doing: undefined, share: 0, secondsLeft: undefined };
    this.state.patch({ running, failed: undefined });
    this.#lab.send({ kind: "try", name, quick: this.quick, files, page: document.baseURI, host: hostName() });
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
      if (result !== undefined) state.patch({ results: new Map(state.value.results).set(name, result) });
    }
  }
}

const courses = new WeakMap<Lab, Course>();

/** The page's one course. */
export function courseOf(lab: Lab): Course {
  const known = courses.get(lab) ?? new Course(lab);
  courses.set(lab, known);
  return known;
}
