import { ActigradError } from "../../core/errors.ts";
import { elements } from "../../core/shape.ts";
import type { Graph, Node, RefArray, RefTensor, StepValues } from "../../graph/graph.ts";
import { broadcastIndex } from "../../graph/ops/reference.ts";
import { assignOp, stateOf } from "../../graph/ops/assign.ts";
import type { StorageAttrs } from "../../graph/ops/source.ts";
import { referenceOf } from "./table.ts";

/** Values of data and state by name, row-major without padding. */
export type Environment = Map<string, RefArray>;

/**
 * Evaluates one node from the values of its inputs.
 * @throws ActigradError "option" for an op that has no float64 reference
 */
export function evaluate(node: Node, inputs: readonly RefTensor[], step: StepValues): RefTensor {
  const { op, attrs, shape } = node;
  const reference = referenceOf(op);
  if (reference === undefined) {
    throw new ActigradError("option", `the op "${op.name}" has no float64 reference`, {
      hint: "give defineOp its `reference`, written independently of the kernel",
      op: op.name,
    });
  }
  if (typeof reference !== "function") return reference.evaluate(inputs, node, step);
  const at = inputs.map((t) => broadcastIndex(t.shape, shape));
  const data = Float64Array.from({ length: elements(shape) }, (_, i) =>
    reference(
      inputs.map((t, k) => t.data[at[k]!(i)]!),
      attrs,
    ),
  );
  return { shape, data };
}

/**
 * Runs a graph once in float64 on the CPU, without a plan or device. At the end, replaces states in `environment` by their new
 * versions, as on the device.
 * @returns a function that gives the value of any live node
 */
export function interpret(
  graph: Graph,
  environment: Environment,
  step: StepValues = {},
): (node: Node) => RefTensor {
  const values = new Map<Node, RefTensor>();
  const replaced: Environment = new Map();
  for (const node of graph.live()) {
    if (node.op.kernel.kind === "storage") {
      const { name, values: constants } = node.attrs as StorageAttrs;
      const data = environment.get(name) ?? constants;
      if (data?.length !== elements(node.shape)) {
        throw new ActigradError(
          "data",
          `interpret: "${name}" needs ${elements(node.shape)} values, got ${data?.length ?? "none"}`,
        );
      }
      values.set(node, { shape: node.shape, data });
      continue;
    }
    const value = evaluate(
      node,
      node.inputs.map((n) => values.get(n)!),
      step,
    );
    values.set(node, value);
    if (node.op === assignOp) replaced.set((stateOf(node).attrs as StorageAttrs).name, value.data);
  }
  for (const [name, data] of replaced) environment.set(name, data);
  return (node) => {
    const value = values.get(node);
    if (value === undefined)
      throw new ActigradError("option", `interpret: %${node.id} ${node.op.name} is not live`);
    return value;
  };
}
