/** The events and the result of a training. */
import type { ChosenTrial, Trial } from "../../core/trials.ts";
import type {
  AdapterInfo,
  DataDescription,
  Evaluation,
  Profile,
  Progress,
  Recovered,
  TuneResult,
} from "../../index.ts";
import type { ErrorRecord } from "../../host/job.ts";

export type TrainEvent =
  | ({ readonly kind: "progress"; readonly accuracy: readonly number[] } & Progress)
  | { readonly kind: "check"; readonly step: number; readonly steps: number }
  | { readonly kind: "tune"; readonly done: number; readonly of: number }
  | { readonly kind: "profile"; readonly doing: string }
  | { readonly kind: "data"; readonly description: DataDescription }
  | { readonly kind: "trace"; readonly text: string }
  | ({ readonly kind: "recovered" } & Recovered)
  /** It continues from a snapshot, in another browser. */
  | { readonly kind: "restarted"; readonly step: number };

/** The cost of one step once everything is recorded. */
export interface StepCost {
  readonly steps: number;
  readonly dispatches: number;
  readonly submits: number;
  readonly buffers: number;
  readonly bindGroups: number;
  readonly pipelines: number;
  readonly jsMs: number;
}

/** An evaluation after an epoch; for values also the root of the mean squared error, in the targets' own units. */
export interface EpochEvaluation extends Evaluation {
  readonly epoch: number;
  readonly step: number;
  readonly rmse?: readonly number[];
  /** Extras on request: the share of rows within the top k, and rows by [replica][label][prediction]. */
  readonly topK?: readonly number[];
  readonly confusion?: readonly (readonly (readonly number[])[])[];
}

export interface TrainResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  /** What was read and guessed. */
  readonly data: DataDescription;
  /** losses[replica][step] */
  readonly losses: readonly (readonly number[])[];
  /** The step that training resumed from; 0 unless it was resumed. */
  readonly start: number;
  /** After each whole epoch, on the test rows. */
  readonly evaluations: readonly EpochEvaluation[];
  readonly steps: number;
  readonly seconds: number;
  readonly stepsPerSubmit: number;
  readonly cost?: StepCost;
  /** Largest relative difference of the first losses from float64, and where. */
  readonly check?: {
    readonly steps: number;
    readonly worst: number;
    readonly step: number;
    readonly replica: number;
  };
  readonly validation?: { readonly tensors: number; readonly firstBad: unknown };
  readonly tuned?: TuneResult;
  readonly profile?: Profile;
  /** If several learning rates were given and training reached its end. */
  readonly rates?: Rates;
  readonly aborted: boolean;
  /** Why training ended early, if it failed. */
  readonly failure?: ErrorRecord;
  readonly saved?: string;
}

/** The rates with what they gave, and the best on the validation rows. */
export interface Rates {
  readonly trials: readonly Trial[];
  /** Null without validation rows. */
  readonly chosen: { readonly rate: number; readonly edge: ChosenTrial["edge"] } | null;
}
