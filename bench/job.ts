import type { Compare } from "./suite.ts";
import { runBench } from "./run.ts";
import type { BenchEvent, BenchRequest, BenchResult } from "./result.ts";
import { device } from "../src/index.ts";
import type { Job } from "../src/host/job.ts";

/**
 * Times activations on the caller's GPU. If stopped, it returns what it has, marked as incomplete.
 * @param compare holds the engine against others: only the comparison's own page carries them
 */
export const benchJob =
  (compare?: Compare): Job<BenchRequest, BenchResult, BenchEvent> =>
  async (context, options) => {
    const gpu = await device({ gpu: context.gpu });
    try {
      return await runBench(gpu, options, { ...context, ...(compare && { compare }) });
    } finally {
      gpu.dispose();
    }
  };

export const bench = benchJob();
