import type { Changes } from "../../experiments/drag.ts";
import { findExperiment } from "../../experiments/index.ts";
import { imagesFrom } from "../../experiments/images.ts";
import type { RateSearch } from "../../experiments/place.ts";
import type { ExperimentResult } from "../../experiments/result.ts";
import { type Progress, runExperiments } from "../../experiments/run.ts";
import { device } from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { once } from "../../host/kept.ts";

export interface ExperimentOptions {
  /** Names in the table of experiments. */
  readonly names: readonly string[];
  readonly quick: boolean;
  /** Number of seeds; by default each experiment's own. */
  readonly seeds?: number | undefined;
  /** What is changed of the set-ups; results of it are not held against the reference. */
  readonly set?: Changes | undefined;
  /** Folder of IDX files; by default Debian's Fashion-MNIST, then MNIST. */
  readonly data?: string | undefined;
  /** Learning rates that earlier runs chose, by the experiment's name. */
  readonly rates: Readonly<Record<string, Readonly<Record<string, RateSearch>>>>;
}

export type ExperimentEvent =
  | ({ readonly kind: "progress" } & Progress)
  | { readonly kind: "row"; readonly result: ExperimentResult };

/** Runs experiments on the GPU and reports each when it is done. If stopped, it returns those. */
export async function experiment(
  context: JobContext<ExperimentEvent>,
  { names, data, ...options }: ExperimentOptions,
): Promise<{ readonly host: string; readonly done: number }> {
  const gpu = await device({ gpu: context.gpu });
  let done = 0;
  try {
    await runExperiments(names.map(findExperiment), {
      ...options,
      gpu,
      signal: context.signal,
      images: imagesFrom(context, data),
      once: (name, compute) => once(context, name, compute),
      onProgress: (progress) => context.emit({ kind: "progress", ...progress }),
      onRow(result) {
        done++;
        context.emit({ kind: "row", result });
      },
    });
    return { host: context.host, done };
  } finally {
    gpu.dispose();
  }
}
