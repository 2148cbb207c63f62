import type { Experiment } from "../../../experiments/experiment.ts";
import { experiments, findExperiment } from "../../../experiments/index.ts";
import { figureOf, judge } from "../../../experiments/judge.ts";
import type { ExperimentResult } from "../../../experiments/result.ts";
import { isCurrent } from "../../../experiments/run.ts";
import { smallMnist } from "../../../experiments/small-mnist.ts";
import { type ExperimentEvent, experiment } from "../../jobs/experiment.ts";
import { toRecord } from "../../../host/job.ts";
import { getAll, put } from "../data/database.ts";
import { lacksImages } from "../data/drop.ts";
import { readFiles } from "./files.ts";
import { pageContext } from "./page-context.ts";
import type { Event, Request, Statement, StatementResult } from "./protocol.ts";

/** The course of statements: what it has, and the runs that try them, by the command line's own job. */
export class Statements {
  readonly #emit: (event: Event) => void;
  #stopping: AbortController | undefined;
  /** The run in progress. */
  running: Promise<void> = Promise.resolve();

  constructor(emit: (event: Event) => void) {
    this.#emit = emit;
  }

  /** Tells what there is, and the results that were kept of earlier visits. */
  async list(): Promise<void> {
    const kept = await getAll("statements").catch(() => []); // private windows may refuse
    const results = kept.flatMap((row) => restored(row as ExperimentResult) ?? []);
    this.#emit({ kind: "statements", statements: experiments.map(plain), results });
  }

  try(request: Extract<Request, { kind: "try" }>): void {
    if (this.#stopping === undefined) this.running = this.#try(request);
  }

  stop(): void {
    this.#stopping?.abort();
  }

  async #try({ name, quick, set, files, host }: Extract<Request, { kind: "try" }>): Promise<void> {
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const given = !lacksImages(files);
    const rows: ExperimentResult[] = [];
    try {
      await experiment(
        pageContext({
          host,
          signal,
          read: readFiles(files),
          emit: (event: ExperimentEvent) => {
            if (event.kind === "row") rows.push(event.result);
            else this.#emit({ ...event, kind: "trying" });
          },
        }),
        { names: [name], quick, set, data: given ? "dropped/" : smallMnist.folder, rates: {} },
      );
      const [row] = rows; // none when it was stopped
      // A visitor's own set-up is of the moment.
      if (row !== undefined && set === undefined) await put("statements", name, row).catch(() => undefined);
      this.#emit({ kind: "tried", name, ...(row && { result: resultOf(row) }) });
    } catch (error) {
      this.#emit({ kind: "tried", name, error: toRecord(error) });
    } finally {
      this.#stopping = undefined;
    }
  }
}

/** Without its functions, which messages cannot carry. */
const plain = ({ run: _run, figure: _figure, verdict: _verdict, ...data }: Experiment): Statement => data;

function resultOf(row: ExperimentResult): StatementResult {
  const found = findExperiment(row.name);
  return { row, judged: judge(found, row), figure: figureOf(found, row) };
}

/** A kept result; undefined where the experiment is another one by now. */
function restored(row: ExperimentResult): StatementResult | undefined {
  try {
    const { quick, seeds } = row;
    return isCurrent(row, findExperiment(row.name), { quick, seeds: seeds.length })
      ? resultOf(row)
      : undefined;
  } catch {
    return undefined;
  }
}
