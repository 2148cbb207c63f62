/** Computes one job of a sweep, see src/app/sweep/job.ts. */
import { type Gpu, device } from "../../index.ts";
import { adapterName } from "../../report/numbers.ts";
import type { JobContext } from "../../host/job.ts";
import { computeJob } from "../sweep/compute-job.ts";
import { type JobDone, type SweepJob, checkJob } from "../sweep/job.ts";

/** The share that is done, 0 to 1. */
export interface SweepEvent {
  readonly share: number;
}

/** Undefined if it was stopped. @throws ActigradError "option" or "formula" for an invalid job, and as `computeJob` */
export async function sweep(context: JobContext<SweepEvent>, asked: SweepJob): Promise<JobDone | undefined> {
  const job = checkJob(asked);
  const begin = performance.now();
  let gpu: Gpu | undefined;
  const open = async (): Promise<Gpu> => (gpu = await device({ gpu: context.gpu }));
  try {
    const { signal, emit } = context;
    const points = await computeJob(open, job, { signal, onProgress: (share) => emit({ share }) }, context);
    if (points === undefined) return undefined;
    const where = [context.host, ...(gpu ? [adapterName(gpu.adapter)] : [])].join(", ");
    return { id: job.id, points, seconds: (performance.now() - begin) / 1000, where };
  } finally {
    gpu?.dispose();
  }
}
