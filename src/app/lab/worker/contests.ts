import { usualSeeds } from "../../../../bench/contest/result.ts";
import { contest } from "../../../../bench/contest/suite.ts";
import { taskNames, tasks } from "../../../../bench/contest/tasks/index.ts";
import { bench } from "../../../../bench/job.ts";
import { Progress } from "../../../../bench/progress.ts";
import type { BenchEvent } from "../../../../bench/result.ts";
import { toRecord } from "../../../host/job.ts";
import type { Kept } from "../../../host/kept.ts";
import { readFiles } from "./files.ts";
import { pageContext } from "./page-context.ts";
import type { ContestTask, Event, KeptCells, Request } from "./protocol.ts";

/** Contests, run by the command line's own job. */
export class Contests {
  readonly #emit: (event: Event) => void;
  #stopping: AbortController | undefined;
  /** The one in progress. */
  running: Promise<void> = Promise.resolve();

  constructor(emit: (event: Event) => void) {
    this.#emit = emit;
  }

  /** Lists the tasks that need no file, and the visitor's own, with estimated times on this adapter. */
  async list(software: boolean): Promise<void> {
    const told: ContestTask[] = [];
    for (const name of taskNames) {
      const { about, measure, files } = tasks[name];
      if (files === undefined) told.push({ name, about, measure, seconds: await secondsOf(name, software) });
    }
    told.push({ name: "own", about: "", measure: undefined, seconds: await secondsOf("own", software) });
    this.#emit({ kind: "contest-tasks", tasks: told });
  }

  start(request: Extract<Request, { kind: "contest" }>): void {
    if (this.#stopping === undefined) this.running = this.#run(request);
  }

  /** Finished cells stay. */
  stop(): void {
    this.#stopping?.abort();
  }

  async #run({ options, files, host, kept }: Extract<Request, { kind: "contest" }>): Promise<void> {
    this.#stopping = new AbortController();
    const context = pageContext({
      host,
      signal: this.#stopping.signal,
      kept: this.#keep(kept),
      read: readFiles(files),
      emit: ({ secondsLeft }: BenchEvent) => this.#emit({ kind: "contest-progress", secondsLeft }),
    });
    try {
      const result = await bench(context, { quick: false, suites: { contest: options } });
      this.#emit({ kind: "contest-done", result });
    } catch (error) {
      this.#emit({ kind: "contest-done", error: toRecord(error) });
    } finally {
      this.#stopping = undefined;
    }
  }

  /** The page stores it, because this worker may die. */
  #keep(before: KeptCells): Kept {
    return {
      get: async (name) => {
        const json = before.get(name);
        return json === undefined ? undefined : new TextEncoder().encode(json);
      },
      put: async (name, bytes) => {
        this.#emit({ kind: "contest-kept", name, json: new TextDecoder().decode(bytes) });
      },
    };
  }
}

const noFile = { read: () => Promise.reject(new Error("an estimate reads no file")) };

/** The suite's own estimate, at level S with the usual number of seeds; one activation takes half of it. */
async function secondsOf(task: ContestTask["name"], software: boolean): Promise<number> {
  const progress = new Progress();
  const asked = { activations: ["relu", "tanh"], tasks: [task], dataset: "spirals:n=400" } as const;
  const options = { ...asked, level: "S", seeds: usualSeeds, init: "same" } as const;
  (await contest.prepare(options, { ...noFile, software })).expect(progress, software);
  return progress.secondsLeft / 2;
}
