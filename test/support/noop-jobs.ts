/** Jobs of a sweep that need no GPU, and their workers. */
import { sweep as computeSweepJob } from "../../src/app/jobs/sweep.ts";
import type { Jobs } from "../../src/app/jobs/index.ts";
import type { SweepJob } from "../../src/app/sweep/job.ts";
import type { KeptHost } from "../../src/host/host.ts";
import type { JobContext } from "../../src/host/job.ts";

/** Computes jobs in this process; jobs without a GPU open none. */
export const hostHere = (): KeptHost<Jobs> => ({
  runJob: ((_: string, job: SweepJob, how: { signal: AbortSignal }) => {
    const context = { signal: how.signal, emit: () => undefined, host: "here" };
    return computeSweepJob(context as unknown as JobContext<never>, job);
  }) as KeptHost<Jobs>["runJob"],
  close: async () => undefined,
});

/** Jobs that wait, each for a number of milliseconds. */
export const noops = (count: number, ms: number): SweepJob[] =>
  Array.from({ length: count }, (_, i) => ({ kind: "noop", id: `0-${i}`, key: `point ${i}`, ms }));
