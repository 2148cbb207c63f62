/** Runs a strategy on a queue, with a journal: jobs in the journal are not recomputed. */
import { type JobResult, type SweepJob, keysOf } from "../job.ts";
import type { Finished, Strategy } from "../strategy.ts";
import type { Journal } from "./journal.ts";
import type { Queue } from "./queue.ts";

/** Milliseconds between progress reports. */
const TELL_MS = 100;

/** How far a sweep is. */
export interface SweepProgress {
  /** Finished points, including the journal's, and their total; undefined if unknown. */
  readonly done: number;
  readonly total: number | undefined;
  /** Finished share, including that of jobs under way. */
  readonly about: number;
  /** What each worker does: the points of its job, and the finished share of it. */
  readonly workers: ReadonlyMap<string, string>;
  /** From all rounds, in the order of the strategy. */
  readonly rounds: readonly (readonly Finished[])[];
}

export interface SweepRun {
  readonly rounds: readonly (readonly Finished[])[];
  /** Whether the strategy reached its end. */
  readonly complete: boolean;
}

/** @throws what keeps the queue from computing at all, such as "no-gpu"; the journal then has what was reached */
export async function runSweep(
  strategy: Strategy,
  queue: Queue,
  journal: Journal,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress?: (progress: SweepProgress) => void },
): Promise<SweepRun> {
  const rounds: (readonly Finished[])[] = [];
  const workers = new Map<string, { readonly job: string; readonly share: number }>();
  let toldAt = -Infinity;
  for (;;) {
    const jobs = strategy.next(rounds);
    if (jobs.length === 0) return { rounds, complete: true };
    const byId = new Map(jobs.map((job) => [job.id, job]));
    const finished = (): readonly Finished[] =>
      jobs.flatMap((job) => {
        const result = journal.results.get(job.id);
        return result === undefined ? [] : [{ job, result }];
      });
    const tell = (now = performance.now()): void => {
      if (onProgress === undefined || now - toldAt < TELL_MS) return;
      toldAt = now;
      const all = [...rounds, finished()];
      const done = all.flat().reduce((sum, { job }) => sum + keysOf(job).length, 0);
      const sizeOf = (id: string): number => keysOf(byId.get(id)!).length;
      const shares = [...workers.values()].filter(({ job }) => byId.has(job) && !journal.results.has(job));
      const about = shares.reduce((sum, { job, share }) => sum + share * sizeOf(job), done);
      const doing = [...workers].map(
        ([name, { job, share }]) => [name, textOf(byId.get(job), share)] as const,
      );
      onProgress({ done, total: strategy.total, about, workers: new Map(doing), rounds: all });
    };
    const due = jobs.filter(({ id }) => !journal.results.has(id));
    tell();
    if (due.length > 0)
      await queue.run(due, {
        signal,
        async onResult(result: JobResult) {
          if (!byId.has(result.id)) return;
          await journal.append(result);
          tell();
        },
        onWorker(worker, doing) {
          if (doing === undefined) workers.delete(worker);
          else workers.set(worker, doing);
          tell();
        },
        onIncident: (text) => void journal.note(text).catch(() => undefined), // the next result will say so
      });
    if (finished().length < jobs.length) return { rounds: [...rounds, finished()], complete: false };
    rounds.push(finished());
  }
}

/** "relu 16 and 7 more, 40 %" */
function textOf(job: SweepJob | undefined, share: number): string {
  if (job === undefined) return "another sweep's job";
  const [first, ...more] = keysOf(job);
  return `${first}${more.length > 0 ? ` and ${more.length} more` : ""}, ${Math.floor(100 * share)} %`;
}
