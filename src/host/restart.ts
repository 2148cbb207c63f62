/** Starts a job again when what it runs in has crashed. */
import type { ErrorRecord, Outcome } from "./job.ts";
import { toRecord } from "./job.ts";

/** Starts beyond the first, and in which time: what goes on crashing is no accident. */
const [MOST, WITHIN_MS] = [3, 600_000];

/**
 * Runs a job; when GPU, page or browser crash, runs it again, at most 3 times in 10 minutes. The job finds what it has kept.
 * @param start runs it once
 * @param now milliseconds
 */
export async function restarting(
  start: () => Promise<Outcome>,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (line: string) => void },
  now: () => number = () => performance.now(),
): Promise<Outcome> {
  let starts: number[] = [];
  for (;;) {
    const outcome = await start().catch((error: unknown): Outcome => ({ error: toRecord(error) }));
    if (!("error" in outcome) || !isCrash(outcome.error, starts.length > 0) || signal.aborted) return outcome;
    starts = starts.filter((at) => at > now() - WITHIN_MS);
    if (starts.length >= MOST) return { error: givenUp(outcome.error) };
    starts.push(now());
    say(`${outcome.error.message}: starting again; what is done is kept`);
  }
}

/** A browser that has been there once and does not start again, or has no adapter any more, is still crashing. */
const isCrash = ({ code }: ErrorRecord, again: boolean): boolean =>
  code === "device-lost" || (again && code === "no-gpu");

const givenUp = (error: ErrorRecord): ErrorRecord => ({
  ...error,
  message: `${error.message}, ${MOST + 1} times in ${WITHIN_MS / 60_000} minutes`,
});
