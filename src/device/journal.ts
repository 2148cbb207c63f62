import type { ActigradError } from "../core/errors.ts";
import type { TensorType } from "../core/shape.ts";
import type { Node, StepValues } from "../graph/graph.ts";
import type { Plan } from "../compile/plan.ts";
import type { HostArray } from "./layout.ts";

/** A named tensor of a storage. */
export interface Stored {
  readonly role: "data" | "state";
  readonly type: TensorType;
  buffer: GPUBuffer;
}

/** What a journal knows of an executor. */
export interface Replayed {
  readonly plan: Plan;
  readonly disposed: boolean;
  place(): Promise<void>;
  submit(steps: readonly StepValues[], from: number, to: number): void;
  buffer(node: Node): GPUBuffer;
  free(): void;
}

/** Something that changes what lies on the device. */
export type Change =
  | { readonly kind: "write"; readonly tensor: Stored; readonly offset: number; readonly values: HostArray }
  | { readonly kind: "clear" }
  | {
      readonly kind: "run";
      readonly executor: Replayed;
      readonly steps: readonly StepValues[];
      readonly from: number;
      readonly to: number;
    };

/** What a storage tells of all that is done on its device, so that it can be done again on another. See `recovery`. */
export interface Journal {
  /** @throws the error for which it gave up, if it did */
  assertUsable(): void;
  /** Told before a change is made. False while there is no device: then it is made later, in its place. */
  note(change: Change): boolean;
  /** A buffer's values after all changes so far, however often the device is lost meanwhile. */
  read(buffer: () => GPUBuffer, type: TensorType): Promise<HostArray>;
  /** Places an executor, here and on devices that come after. */
  load(executor: Replayed): Promise<void>;
  /** An executor was disposed of. False while its buffers are still needed: they are freed later. */
  forget(executor: Replayed): boolean;
  /** Resolves when there is a device. */
  ready(): Promise<void>;
  /** Nothing more comes: what still waits is refused. */
  end(error: ActigradError): void;
}
