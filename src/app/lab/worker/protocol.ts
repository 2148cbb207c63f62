/**
 * The messages between the page and its worker. The worker owns the GPU and trains; the page draws what the worker sends, and imports
 * only the engine's types.
 */
import type { ContestOptions } from "../../../../bench/contest/result.ts";
import type { Measure } from "../../../../bench/contest/task.ts";
import type { TaskName } from "../../../../bench/contest/tasks/index.ts";
import type { Changes } from "../../../experiments/drag.ts";
import type { Progress } from "../../../experiments/run.ts";
import type { Experiment } from "../../../experiments/experiment.ts";
import type { Figure } from "../../../report/figure/figure.ts";
import type { Judged } from "../../../experiments/judge.ts";
import type { ExperimentResult } from "../../../experiments/result.ts";
import type { AdapterInfo, Checkpoint } from "../../../index.ts";
import type { ErrorRecord } from "../../../host/job.ts";
import type { EventOf, OptionsOf, ResultOf } from "../../jobs/index.ts";
import type { Setup } from "../setup.ts";

/** Networks of one activation: the columns of one learning rate. */
export interface Networks {
  readonly runner: number;
  readonly columns: readonly number[];
}

/** What the rooms that look into a training want to see. */
export type Watch =
  | { readonly kind: "inside"; readonly networks: readonly Networks[] }
  /**
   * The first of the networks. `layer` counts the layers that a cloud can show; `image` is a training image, if samples are
   * images.
   */
  | (Networks & { readonly kind: "space"; readonly layer: number; readonly image: number })
  /** The first network of each lane, one lane per look in turn. */
  | { readonly kind: "lanes"; readonly networks: readonly Networks[] };

/** A requested race: its set-up, and the dropped files that its dataset may be in. */
export interface RaceRequest {
  readonly setup: Setup;
  readonly files: readonly File[];
}

/** What a race needs to continue with the same bits: one entry per runner, in order. */
export type RaceSnapshot = readonly RunnerSnapshot[];

export interface RunnerSnapshot {
  readonly step: number;
  readonly seconds: number;
  readonly stopped: boolean;
  readonly checkpoint: Checkpoint;
}

export type Request =
  /** Prepares training, from a snapshot if there is one; `run` marks later events about it. */
  | (RaceRequest & { readonly kind: "prepare"; readonly run: number; readonly snapshot?: RaceSnapshot })
  /** Asks whether the worker is alive. */
  | { readonly kind: "ping" }
  | { readonly kind: "play" | "pause" | "step" }
  /** The same networks from their starting weights, with a new mark. */
  | { readonly kind: "reset"; readonly run: number }
  /** Most steps per second; 0 for no limit. */
  | { readonly kind: "pace"; readonly stepsPerSecond: number }
  | { readonly kind: "watch"; readonly watch: Watch | null }
  /** Asks for an activation's curve. */
  | { readonly kind: "shape"; readonly text: string }
  /** The cloud's viewing direction, in radians. */
  | { readonly kind: "turn"; readonly angles: readonly [turn: number, tilt: number] }
  /** Gives an activation's splines other points, x and y alternating; training continues. */
  | { readonly kind: "bend"; readonly runner: number; readonly points: readonly number[] }
  /** Asks for a model file of an activation's network: its replicas in the order of `columns`. */
  | { readonly kind: "save"; readonly runner: number; readonly columns: readonly number[] }
  /** Asks for a model file's predictions for a dataset's rows. */
  | {
      readonly kind: "predict";
      readonly model: File;
      readonly dataset: string;
      readonly seed: number;
      readonly files: readonly File[];
    }
  | { readonly kind: "bench"; readonly options: OptionsOf<"bench">; readonly host: string }
  | { readonly kind: "stop-bench" }
  | StatementRequest
  | ContestRequest;

export type StatementRequest =
  /** Asks for the course. */
  | { readonly kind: "statements" }
  /** Runs the experiment of a statement. */
  | {
      readonly kind: "try";
      readonly name: string;
      readonly quick: boolean;
      /** The visitor's change of the set-up. */
      readonly set?: Changes;
      readonly files: readonly File[];
      readonly host: string;
    }
  | { readonly kind: "stop-try" };

export type ContestRequest =
  /** Asks for the tasks. */
  | { readonly kind: "contest-tasks" }
  /** Runs a contest; cells that were finished before are not recomputed. */
  | {
      readonly kind: "contest";
      readonly options: ContestOptions;
      readonly files: readonly File[];
      readonly host: string;
      readonly kept: KeptCells;
    }
  | { readonly kind: "stop-contest" };

/** What a contest has finished: JSON by the name of the cell. */
export type KeptCells = ReadonlyMap<string, string>;

/** A task that the page can run. */
export interface ContestTask {
  readonly name: TaskName;
  readonly about: string;
  /** Undefined if the data decide it. */
  readonly measure: Measure | undefined;
  /** Estimated for one activation on this adapter. */
  readonly seconds: number;
}

/** An experiment's texts and data; its functions stay in the worker, which has the engine. */
export type Statement = Omit<Experiment, "run" | "figure" | "verdict">;

/** What a run gave, judged, and what its figure shows. */
export interface StatementResult {
  readonly row: ExperimentResult;
  readonly judged: Judged;
  readonly figure: Figure;
}

/** Why there is no GPU; "blocked" if there was one and it crashed. */
export type NoGpu = "insecure" | "no-webgpu" | "no-adapter" | "blocked";

/** Lists that the page shows and the worker provides. */
export interface Catalogue {
  readonly activations: readonly { readonly name: string; readonly formula: string }[];
  readonly grouped: readonly string[];
  readonly datasets: readonly { readonly name: string; readonly doc: string; readonly options: string }[];
}

/** f and f' over x, ready to draw; for a formula also the result of its check. */
export interface ShapeCurve {
  readonly x: readonly number[];
  readonly f: readonly number[];
  readonly slope: readonly number[];
  readonly kinks: readonly number[];
  readonly formula: string;
  readonly derivative: string;
  /** Intervals where f or f' is not finite in float32. */
  readonly notFinite: number;
}

/** Facts about a race, known once its data are loaded. */
export interface RaceFacts {
  /** The dataset's spec with the page's additions. */
  readonly dataset: string;
  readonly trainRows: number;
  /** Rows that choose among several learning rates; 0 for one rate. */
  readonly validationRows: number;
  readonly testRows: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kind: "classes" | "values";
  /** The score of a constant prediction on the test rows: an accuracy, or without classes an error in own units. */
  readonly chance: number;
  /** What was read and guessed, as lines. */
  readonly data: readonly string[];
  /** Of one sample. */
  readonly sample: readonly number[];
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Columns of the losses: learning rates times seeds, the seeds of the first rate first. */
  readonly columns: number;
}

/** The networks' scores on some rows, one per column. */
export interface Scores {
  readonly loss: readonly number[];
  /** For classes; otherwise empty. */
  readonly accuracy: readonly number[];
  /** For values: the root of the mean squared error in the targets' own units; otherwise empty. */
  readonly rmse: readonly number[];
}

/** Scores on the test rows. */
export interface EvaluationPoint extends Scores {
  readonly step: number;
  readonly seconds: number;
  /** Scores on rows that are neither trained on nor judged by, if there are several rates to choose from. */
  readonly validation?: Scores | undefined;
}

/** One layer of an inspected network, summarised over rows and replicas. */
export interface LayerPicture {
  readonly title: string;
  /** Whether it has weights. */
  readonly weighted: boolean;
  /** For an activation's input: the range of the histogram, from -reach to reach; shares of its bins. */
  readonly reach: number;
  readonly bins: readonly number[];
  readonly mean: number;
  readonly std: number;
  /** Root mean square of d(loss)/d(output) of one row, over units and rows; NaN without one. */
  readonly signal: number;
  /** Share of values that are exactly 0. */
  readonly zeros: number;
  /**
   * Share of units whose derivative is 0 for every row (dead), and of values with |f'| below 0.01 (saturated); NaN unless the
   * layer is an elementwise activation.
   */
  readonly dead: number;
  readonly saturated: number;
}

export interface InsidePicture extends Networks {
  readonly step: number;
  readonly layers: readonly LayerPicture[];
  /** Bytes of forward results that backward reads, and of all temporaries. */
  readonly keptBytes: number;
  readonly tempBytes: number;
}

/** A hidden layer's picture of the plane: where it maps the lines of a grid, in its first two principal components. */
export interface BentGrid {
  readonly title: string;
  readonly features: number;
  /** [lines][points] of x, y; the first half of the lines runs along x. */
  readonly lines: readonly Float32Array[];
  /** Share of the variance that each component explains. */
  readonly explained: readonly [number, number];
}

/** For points of a plane with classes: RGBA of each cell of the square from -reach to reach, and training points. */
export interface Surface {
  readonly side: number;
  readonly reach: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly points: Float32Array;
  readonly labels: Uint32Array;
}

/** What a lane of the race shows: one of these, or nothing if the data has no picture. */
export interface LanePicture {
  readonly runner: number;
  readonly step: number;
  readonly surface?: Surface;
  /** For one feature: predictions along it, and training rows, in the units of training. */
  readonly curve?: {
    readonly x: Float32Array;
    readonly y: Float32Array;
    readonly rowsX: Float32Array;
    readonly rowsY: Float32Array;
  };
  /** For images: tested ones that are misclassified. */
  readonly wrong?: ImageSet & { readonly tested: number; readonly count: number };
}

export interface SpacePicture extends Networks {
  readonly step: number;
  /** Title and units of each layer that the cloud can show. */
  readonly hidden: readonly string[];
  readonly surface?: Surface;
  readonly grids: readonly BentGrid[];
  /** Share of the variance that each of the cloud's axes explains; absent if the layer has fewer than three units. */
  readonly cloud?: readonly number[];
  /** If samples are images. */
  readonly images?: {
    /** First-layer weights, each image from -1 to 1. */
    readonly weights: ImageSet;
    /** The first training images, from 0 to 1. */
    readonly samples: ImageSet;
    /** Each hidden layer's view of the selected image, from -1 to 1, scaled by the layer's largest magnitude. */
    readonly maps: readonly (ImageSet & { readonly title: string; readonly shape: readonly number[] })[];
  };
}

/** Images of one size, row by row. */
export interface ImageSet {
  readonly rows: number;
  readonly columns: number;
  readonly images: readonly Float32Array[];
}

export type Event =
  | { readonly kind: "pong" }
  /** Sent by the page itself: the worker died, and another has been started. */
  | { readonly kind: "died"; readonly message: string }
  | { readonly kind: "catalogue"; readonly catalogue: Catalogue }
  | { readonly kind: "adapter"; readonly adapter: AdapterInfo }
  | { readonly kind: "no-gpu"; readonly reason: NoGpu; readonly message: string }
  | {
      readonly kind: "shape";
      readonly text: string;
      readonly curve?: ShapeCurve;
      readonly error?: ErrorRecord;
    }
  | { readonly kind: "ready"; readonly run: number; readonly facts: RaceFacts }
  /** losses[column][step] of the steps from `from` on; `seconds` of training so far, without compiling. */
  | {
      readonly kind: "losses";
      readonly run: number;
      readonly runner: number;
      readonly from: number;
      readonly losses: readonly Float32Array[];
      readonly seconds: number;
    }
  | ({ readonly kind: "evaluation"; readonly run: number; readonly runner: number } & EvaluationPoint)
  | { readonly kind: "status"; readonly run: number; readonly status: "running" | "paused" | "done" }
  /** The race's state, after all events before it. */
  | { readonly kind: "snapshot"; readonly run: number; readonly snapshot: RaceSnapshot }
  /** The file requested by "save". */
  | { readonly kind: "saved"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** A model file's predictions, or why there are none. */
  | {
      readonly kind: "predicted";
      readonly model: string;
      readonly rows?: number;
      readonly accuracy?: number;
      readonly rmse?: number;
      readonly error?: ErrorRecord;
    }
  /** An activation has reached the target. */
  | { readonly kind: "reached"; readonly run: number; readonly runner: number; readonly step: number }
  | { readonly kind: "failed"; readonly run: number; readonly error: ErrorRecord }
  | { readonly kind: "inside"; readonly run: number; readonly pictures: readonly InsidePicture[] }
  | { readonly kind: "space"; readonly run: number; readonly picture: SpacePicture }
  | { readonly kind: "lane"; readonly run: number; readonly picture: LanePicture }
  /** The cloud's picture: RGBA, `side` pixels wide and high. */
  | { readonly kind: "cloud"; readonly side: number; readonly pixels: Uint8ClampedArray<ArrayBuffer> }
  | { readonly kind: "bench"; readonly event: EventOf<"bench"> }
  | { readonly kind: "benched"; readonly result: ResultOf<"bench"> }
  | { readonly kind: "bench-failed"; readonly error: ErrorRecord }
  | { readonly kind: "contest-tasks"; readonly tasks: readonly ContestTask[] }
  | { readonly kind: "contest-progress"; readonly secondsLeft: number }
  /** Something finished, to be stored. */
  | { readonly kind: "contest-kept"; readonly name: string; readonly json: string }
  /** The end, or what was reached when it was stopped; or the error that ended it. */
  | {
      readonly kind: "contest-done";
      readonly result?: ResultOf<"bench">;
      readonly error?: ErrorRecord;
    }
  /** The course, with what earlier visits found out. */
  | {
      readonly kind: "statements";
      readonly statements: readonly Statement[];
      readonly results: readonly StatementResult[];
    }
  | ({ readonly kind: "trying" } & Progress)
  /** The end of a run: by itself, by the visitor (neither result nor error), or by a fault. */
  | {
      readonly kind: "tried";
      readonly name: string;
      readonly result?: StatementResult;
      readonly error?: ErrorRecord;
    };
