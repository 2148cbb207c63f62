/** One job on one worker's host, and what its end means for the job. */
import { ActigradError } from "../../../core/errors.ts";
import type { HostOptions, KeptHost } from "../../../host/host.ts";
import { type ErrorRecord, toRecord } from "../../../host/job.ts";
import type { Jobs } from "../../jobs/index.ts";
import type { JobResult, SweepJob } from "../job.ts";

/** Where a worker computes. */
export type Where = Pick<HostOptions<never>, "target" | "gpu" | "headless" | "say">;

/**
 * The job's result, including its own failure; or what crashed its browser or GPU; undefined if it was stopped.
 * @throws what keeps this worker from computing at all: "no-gpu"
 */
export async function outcomeOf(
  host: KeptHost<Jobs>,
  job: SweepJob,
  { signal, ...where }: Where & { readonly signal: AbortSignal },
  onShare: (share: number) => void,
): Promise<JobResult | { readonly killed: ErrorRecord } | undefined> {
  onShare(0);
  try {
    return await host.runJob("sweep", job, { ...where, signal, onEvent: ({ share }) => onShare(share) });
  } catch (error) {
    const { code = undefined } = error instanceof ActigradError ? error : {};
    if (signal.aborted) return undefined;
    if (code === "no-gpu") throw error;
    const record = toRecord(error);
    return code === "device-lost" ? { killed: record } : { id: job.id, error: record, log: [] };
  }
}
