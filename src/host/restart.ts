/** Restarts a job after its browser or process has crashed. */
import { type ErrorRecord, type Outcome, toRecord } from "./job.ts";
import type { HostedJob } from "./hosted-job.ts";
import { MOST_RESTARTS, Restarts, WITHIN_MINUTES } from "./restarts.ts";

/**
 * Runs a job, and runs it again if the GPU, page or browser crashes, at most 3 times in 10 minutes without new progress. The job
 * finds what it has kept.
 * @param start runs the job once
 * @param now milliseconds
 */
export async function restarting(
  start: () => Promise<Outcome>,
  { signal, say, kept }: Pick<HostedJob, "signal" | "say"> & { readonly kept: { readonly puts: number } },
  now?: () => number,
): Promise<Outcome> {
  const restarts = new Restarts(now);
  for (;;) {
    const before = kept.puts;
    const outcome = await start().catch((error: unknown): Outcome => ({ error: toRecord(error) }));
    if (!("error" in outcome) || !isCrash(outcome.error, restarts.any) || signal.aborted) return outcome;
    if (kept.puts > before) restarts.forget();
    if (!restarts.allow()) return { error: givenUp(outcome.error) };
    say(`${outcome.error.message}: restarting; finished work is kept`);
  }
}

/** A restarted browser that does not start or has no adapter also counts as a crash. */
const isCrash = ({ code }: ErrorRecord, again: boolean): boolean =>
  code === "device-lost" || (again && code === "no-gpu");

const givenUp = (error: ErrorRecord): ErrorRecord => ({
  ...error,
  message: `${error.message}, ${MOST_RESTARTS + 1} times in ${WITHIN_MINUTES} minutes, without progress in between`,
});
