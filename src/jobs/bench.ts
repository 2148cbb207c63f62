import { runBench } from "../../bench/run.ts";
import type { BenchEvent, BenchOptions, BenchResult } from "../../bench/result.ts";
import { device } from "../index.ts";
import type { JobContext } from "./job.ts";

/** Times activations on the GPU of whoever runs this. Stopped, it gives what it has reached, marked as incomplete. */
export async function bench(context: JobContext<BenchEvent>, options: BenchOptions): Promise<BenchResult> {
  const gpu = await device({ gpu: context.gpu });
  try {
    return await runBench(gpu, options, context);
  } finally {
    gpu.dispose();
  }
}
