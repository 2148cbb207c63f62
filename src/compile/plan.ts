import type { Graph, Node } from "../graph/graph.ts";
import { type Group, groupNodes } from "./group.ts";
import type { Kernel } from "./kernels/kernel.ts";
import type { StepLayout } from "./steps.ts";

/** A physical GPU buffer. `data` and `state` hold one named tensor for good; `temp` holds one after another. */
export interface PlanBuffer {
  readonly role: "data" | "state" | "temp";
  readonly bytes: number;
  /** The tensor's name for data and state. */
  readonly name: string;
  /** What it holds until the host writes something else; zeros when absent. */
  readonly values?: Float32Array;
}

/** One kernel start. */
export interface Dispatch {
  /** For people: the layer or state that it is named after, and its ops. */
  readonly label: string;
  /** The layer, or the state, whose node it is named after; "" for none. */
  readonly layer: string;
  /** Names of its ops, in order, each once; a view that only repeats values is none. */
  readonly ops: readonly string[];
  /** The graph nodes that it implements. */
  readonly group: Group;
  readonly kernel: Kernel;
  /** The same in a variant that compiles sooner and gives the same bits, where there is one: to begin with. */
  readonly draft?: Kernel;
  /** For each of the kernel's bindings, the index of its buffer. */
  readonly buffers: readonly number[];
  /** Roughly, to tell long dispatches from short ones; see `flopsIn`. */
  readonly flops: number;
  /** Bytes read and written, each buffer counted once; of a table whose rows are picked, those. */
  readonly bytes: number;
}

/** How many bytes the temporaries take. */
export interface PlanMemory {
  /** All physical temp buffers together. */
  readonly tempBytes: number;
  /** The largest sum of tensors that live at one time: no assignment can take less. */
  readonly lowerBoundBytes: number;
  /** What one buffer a tensor would take. */
  readonly unsharedBytes: number;
  /** Data and state. */
  readonly persistentBytes: number;
}

/** A graph as pure data for a device: what to start in which order on which buffers. */
export interface Plan {
  readonly graph: Graph;
  readonly buffers: readonly PlanBuffer[];
  readonly dispatches: readonly Dispatch[];
  readonly steps: StepLayout;
  /** The buffer in which a stored tensor lies. */
  readonly place: ReadonlyMap<Node, number>;
  readonly memory: PlanMemory;
}

/** All nodes that some dispatch computes. */
export const plannedNodes = (plan: Plan): Node[] => plan.dispatches.flatMap((d) => groupNodes(d.group));
