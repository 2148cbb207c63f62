/** The interface between the host and the targets that run jobs. */
import type { GpuChoice } from "./gpu-choice.ts";
import type { Say } from "./find-browser.ts";
import type { GrantedFiles } from "./grants.ts";
import type { Outcome } from "./job.ts";
import type { KeptInMemory } from "./kept.ts";

export type { GpuChoice, Say };

/** A job and what it needs from its host. */
export interface HostedJob {
  readonly name: string;
  readonly options: unknown;
  readonly mnistFolder?: string;
  readonly gpu: GpuChoice;
  readonly headless: boolean;
  readonly flags: readonly string[];
  readonly files: GrantedFiles;
  readonly kept: KeptInMemory;
  readonly onEvent: (event: unknown) => void;
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** Runs jobs one after another: in a browser's page, or on Dawn in this process. */
export interface Place {
  /** One at a time. @throws ActigradError "device-lost" if the place is gone and can no longer be used */
  run(job: HostedJob): Promise<Outcome>;
  close(): Promise<void>;
}
