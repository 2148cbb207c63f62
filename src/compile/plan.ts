import { ActigradError } from "../core/errors.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { type Group, groupNodes } from "./group.ts";
import type { Kernel } from "./kernels/kernel.ts";
import type { StepLayout } from "./steps.ts";
import { assignOp, stateOf } from "../graph/ops/assign.ts";

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

/**
 * Replays a plan on paper: each buffer holds the name of the tensor that was last written there, and each dispatch must
 * find the tensors that it expects. That catches a wrong order, a state replaced before its last reader, and two live
 * tensors in one buffer alike.
 * @throws ActigradError "plan" that names the dispatch, the buffer, the tensor expected and the one found.
 */
export function checkPlan(plan: Plan): void {
  const holds = new Map<number, Node>();
  for (const [node, buffer] of plan.place) if (node.op.kernel.kind === "storage") holds.set(buffer, node);
  const replaced = new Set<Node>();
  for (const [step, dispatch] of plan.dispatches.entries()) {
    const where = `dispatch ${step} (${dispatch.label})`;
    if (new Set(dispatch.buffers).size !== dispatch.buffers.length) {
      throw new ActigradError("plan", `${where} binds one buffer twice`);
    }
    for (const [i, { reads }] of dispatch.kernel.bindings.entries()) {
      const buffer = dispatch.buffers[i]!;
      const found = holds.get(buffer);
      if (reads === null || found === reads) continue;
      throw new ActigradError(
        "plan",
        `${where} reads ${nameOf(reads)} from buffer ${buffer}, which then holds ${found ? nameOf(found) : "nothing yet"}`,
        { hint: "a reader must come after what makes its input and before what replaces it", dispatch: step },
      );
    }
    for (const [i, { writes }] of dispatch.kernel.bindings.entries()) {
      if (writes === null) continue;
      holds.set(dispatch.buffers[i]!, writes);
      if (writes.op === assignOp) replaced.add(writes);
    }
  }
  const missing = plan.graph.live().find((n) => n.op === assignOp && !replaced.has(n));
  if (missing !== undefined) throw new ActigradError("plan", `no dispatch makes ${nameOf(missing)}`);
  for (const [name, node] of plan.graph.outputs) {
    if (holds.get(plan.place.get(node) ?? -1) === node) continue;
    throw new ActigradError(
      "plan",
      `output "${name}" (${nameOf(node)}) does not survive to the end of the plan`,
    );
  }
}

/** `%12 activation of hidden1`, `version 1 of "0.weight"` */
function nameOf(node: Node): string {
  if (node.op !== assignOp)
    return `%${node.id} ${node.op.name}${node.label === "" ? "" : ` of ${node.label}`}`;
  let version = 0;
  for (let n = node; n.op === assignOp; n = n.inputs[0]!) version++;
  return `version ${version} of "${stateOf(node).label}"`;
}

/** All nodes that some dispatch computes. */
export const plannedNodes = (plan: Plan): Node[] => plan.dispatches.flatMap((d) => groupNodes(d.group));
