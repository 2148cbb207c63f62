import type { ActigradError } from "../core/errors.ts";
import type { StoredType, TensorType } from "../core/shape.ts";
import type { Node, StepValues } from "../graph/graph.ts";
import type { Plan } from "../compile/plan.ts";
import type { HostArray } from "./layout.ts";

/** A named tensor of a storage. */
export interface Stored {
  readonly role: "data" | "state";
  readonly type: TensorType;
  buffer: GPUBuffer;
}

/** What a journal knows about an executor. */
export interface Replayed {
  readonly plan: Plan;
  readonly disposed: boolean;
  place(): Promise<void>;
  submit(steps: readonly StepValues[], from: number, to: number): void;
  buffer(node: Node): GPUBuffer;
  free(): void;
}

/** A change of the device's contents. */
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

/** A storage reports to it everything that is done on its device, so that it can be replayed on another. See `recovery`. */
export interface Journal {
  /** @throws the error that made it give up, if any */
  assertUsable(): void;
  /** Called before a change is made. False if there is no device: the change is then made later, in order. */
  note(change: Change): boolean;
  /** A buffer's values after all changes so far, however often the device is lost meanwhile. */
  read(buffer: () => GPUBuffer, type: StoredType): Promise<HostArray>;
  /** Places an executor, on this device and on later ones. */
  load(executor: Replayed): Promise<void>;
  /** An executor was disposed of. False if its buffers are still needed; they are freed later. */
  forget(executor: Replayed): boolean;
  /** Resolves when there is a device. */
  ready(): Promise<void>;
  /** Nothing more will come: pending reads are rejected. */
  end(error: ActigradError): void;
}
