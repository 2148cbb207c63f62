/** What a target is told of a job: shared by the host and by both targets. */
import type { GpuChoice } from "./gpu-choice.ts";
import type { Say } from "./find-browser.ts";
import type { GrantedFiles } from "./grants.ts";
import type { Outcome } from "./job.ts";
import type { KeptInMemory } from "./kept.ts";

export type { GpuChoice, Say };

/** A job and what it needs of its host, as either target takes it. */
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

/** Where jobs run one after the other: a page of a browser, or Dawn in this process. */
export interface Place {
  /** One at a time. @throws ActigradError "device-lost" where the place is gone: it is of no more use */
  run(job: HostedJob): Promise<Outcome>;
  close(): Promise<void>;
}
