/** The page's state, in one value. */
import type { AdapterInfo } from "../../../index.ts";
import type { ErrorRecord } from "../../../host/job.ts";
import type { KeptRace } from "../data/keep.ts";
import type { RaceResults } from "../data/results.ts";
import type { ContestChoice } from "../contest-choice.ts";
import type { Setup } from "../setup.ts";
import type { Dictionary } from "../i18n/index.ts";
import type { Room, View } from "../link.ts";
import type { Catalogue, NoGpu, ShapeCurve } from "../worker/protocol.ts";

export type Gpu =
  | { readonly kind: "looking" }
  | { readonly kind: "ready"; readonly adapter: AdapterInfo }
  | { readonly kind: "none"; readonly reason: NoGpu; readonly message: string };

export type Status =
  | "idle"
  | "preparing"
  | "running"
  | "paused"
  | "done"
  | "failed"
  /** Results from before a reload. */
  | "kept"
  /** Results from a file. */
  | "recorded";

/** What is known of an activation's curve: undefined for one that has none. */
export type ShapeAnswer = { readonly curve?: ShapeCurve; readonly error?: ErrorRecord };

export interface LabState {
  readonly words: Dictionary;
  readonly room: Room;
  readonly gpu: Gpu;
  readonly catalogue: Catalogue | undefined;
  readonly setup: Setup;
  readonly view: View;
  readonly focus: readonly [number, number];
  /** The learning rate whose networks are inspected; undefined for each activation's best so far. */
  readonly rate: number | undefined;
  /** The activation whose lane or curve is under the pointer. */
  readonly hovered: string | undefined;
  /** Activations that get a colour before others, the last chosen first. */
  readonly pinned: readonly string[];
  readonly statement: string;
  readonly contest: ContestChoice;
  readonly files: readonly File[];
  readonly shapes: ReadonlyMap<string, ShapeAnswer>;
  readonly status: Status;
  /** The displayed race. */
  readonly results: RaceResults | undefined;
  readonly error: ErrorRecord | undefined;
  /** A message to show once, in the page's words. */
  readonly notice: string;
  /** Races that other tabs have stored, newest first. */
  readonly others: readonly KeptRace[];
  readonly pace: number;
  /** Whether a race pauses once its answer is settled. */
  readonly untilSettled: boolean;
}
