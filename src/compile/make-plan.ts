import { ActigradError } from "../core/errors.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { assignOp, stateOf } from "../graph/ops/assign.ts";
import { type PlanOptions, lower } from "./lower.ts";
import type { Plan } from "./plan.ts";

/**
 * Turns a graph into a plan, and checks it. (A trainer's plans are not checked each time: tests and `validate` check them.)
 * @throws ActigradError "limit" for tensors that the adapter cannot bind
 */
export function makePlan(graph: Graph, options: PlanOptions): Plan {
  const plan = lower(graph, options);
  checkPlan(plan);
  return plan;
}

/**
 * Replays a plan on paper: each buffer holds the name of the tensor last written to it, and each dispatch must find the tensors
 * that it expects. This catches a wrong order, a state replaced before its last reader, and two live tensors in one buffer.
 * @throws ActigradError "plan" with the dispatch, the buffer, the expected tensor and the one found
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
