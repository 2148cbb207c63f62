import type { StoredType } from "../core/shape.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { type Group, groupNodes } from "./group.ts";
import type { Kernel } from "./kernels/kernel.ts";
import type { StepLayout } from "./steps.ts";

/** A physical GPU buffer. `data` and `state` permanently hold one named tensor; `temp` holds one after another. */
export interface PlanBuffer {
  readonly role: "data" | "state" | "temp";
  readonly bytes: number;
  /** The tensor's name for data and state. */
  readonly name: string;
  /** Its contents until the host writes something else; zeros if absent. */
  readonly values?: Float32Array;
}

/** One kernel launch. */
export interface Dispatch {
  /** For people: the layer or state that it is named after, and its ops. */
  readonly label: string;
  /** The layer or state of the node that it is named after; "" for none. */
  readonly layer: string;
  /** Names of its ops, in order, each once; views that only repeat values are left out. */
  readonly ops: readonly string[];
  /** The graph nodes that it implements. */
  readonly group: Group;
  readonly kernel: Kernel;
  /** A variant that compiles faster and gives the same bits, if there is one, to start with. */
  readonly draft?: Kernel;
  /** For each of the kernel's bindings, the index of its buffer. */
  readonly buffers: readonly number[];
  /** A rough count, to tell long dispatches from short ones; see `flopsIn`. */
  readonly flops: number;
  /** Bytes read and written, each buffer counted once; for a table whose rows are picked, only those rows. */
  readonly bytes: number;
}

/** Memory of the temporaries. */
export interface PlanMemory {
  /** All physical temp buffers together. */
  readonly tempBytes: number;
  /** The largest total of tensors live at one time: no assignment can use less. */
  readonly lowerBoundBytes: number;
  /** What one buffer per tensor would use. */
  readonly unsharedBytes: number;
  /** Data and state. */
  readonly persistentBytes: number;
}

/** A graph as pure data for a device: what to start, in which order, on which buffers. */
export interface Plan {
  readonly graph: Graph;
  readonly buffers: readonly PlanBuffer[];
  readonly dispatches: readonly Dispatch[];
  readonly steps: StepLayout;
  /** The buffer of a stored tensor. */
  readonly place: ReadonlyMap<Node, number>;
  /** Stored tensors that lie there as another type than they are computed. */
  readonly packed: ReadonlyMap<Node, StoredType>;
  readonly memory: PlanMemory;
}

/** All nodes that some dispatch computes. */
export const plannedNodes = (plan: Plan): Node[] => plan.dispatches.flatMap((d) => groupNodes(d.group));
