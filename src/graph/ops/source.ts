import { ActigradError } from "../../core/errors.ts";
import type { DType, Shape } from "../../core/shape.ts";
import { literal } from "../../core/wgsl.ts";
import type { Graph, Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";

/** A tensor that lives outside the plan: the host writes `data`; `state` persists and is replaced by `assign`. */
export interface StorageAttrs {
  readonly role: "data" | "state";
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Its contents until the host writes something else: a constant tensor. Everything else starts at 0. */
  readonly values?: Float32Array;
  /** For a state: only carries values to the host, and is not part of a checkpoint. */
  readonly passing?: true;
  /** For a state: no gradient changes it. */
  readonly held?: true;
}

export const storage: Op<StorageAttrs> = engineOp({
  name: "storage",
  shape: (_, { shape, dtype }) => ({ shape, dtype }),
  key: ({ role, name }) => `${role} ${name}`,
  flops: () => 0,
  kernel: { kind: "storage" },
});

function declare(graph: Graph, attrs: StorageAttrs): Node<StorageAttrs> {
  const taken = graph.nodes.find((n) => n.op === storage && (n.attrs as StorageAttrs).name === attrs.name);
  if (taken !== undefined && graph.tying) return taken as Node<StorageAttrs>;
  if (taken !== undefined)
    throw new ActigradError("option", `${attrs.role} "${attrs.name}" is already declared in this graph`);
  return graph.add(storage, [], attrs, attrs.name);
}

/** A tensor that the host writes before a run: f32, u32, or bytes (u8). */
export const data = (graph: Graph, name: string, shape: Shape, dtype: DType = "f32"): Node =>
  declare(graph, { role: "data", name, shape, dtype });

/** A tensor that stays on the device between steps (a parameter, an optimizer's moment); f32. A held one has no gradient. */
export const state = (graph: Graph, name: string, shape: Shape, held?: true): Node =>
  declare(graph, { role: "state", name, shape, dtype: "f32", ...(held && { held }) });

export const isHeld = ({ op, attrs }: Node): boolean =>
  op === storage && (attrs as StorageAttrs).held === true;

/** A state that only carries results of steps to the host, a row for each of the last `shape[0]` steps; f32. */
export const ring = (graph: Graph, name: string, shape: Shape): Node =>
  declare(graph, { role: "state", name, shape, dtype: "f32", passing: true });

/** A tensor whose values are known when the graph is built (class weights): stored on the device under its name. */
export function tensor(graph: Graph, name: string, shape: Shape, values: ArrayLike<number>): Node {
  const known = graph.nodes.find((n) => n.op === storage && n.label === name);
  if (known !== undefined) return known;
  return declare(graph, { role: "data", name, shape, dtype: "f32", values: Float32Array.from(values) });
}

/** A number known when the graph is built: shape [1,1,1], written into the kernels as a literal. */
export const constantOp: Op<{ readonly value: number }> = engineOp({
  name: "constant",
  shape: () => ({ shape: [1, 1, 1], dtype: "f32" }),
  key: ({ value }) => (Object.is(value, -0) ? "-0" : String(value)),
  flops: () => 0,
  kernel: { kind: "pointwise", wgsl: (_, { value }) => `T(${literal(value)})` },
});
/** The same number everywhere: f32[1, 1, 1], in the kernels' text. */
export const constant = (graph: Graph, value: number): Node => graph.add(constantOp, [], { value });

/** A number that changes from step to step without recording again (learning rate, 1 - beta^t). */
export interface StepScalarAttrs {
  readonly name: string;
  /** One value for all replicas (1), or one per replica. */
  readonly replicas: number;
}
export const stepScalarOp: Op<StepScalarAttrs> = engineOp({
  name: "stepScalar",
  shape: (_, { replicas }) => ({ shape: [replicas, 1, 1], dtype: "f32" }),
  flops: () => 0,
  kernel: { kind: "pointwise", wgsl: (_, { name }, at) => `T(bitcast<f32>(${at.step(name)}))` },
});
/** A number that each step provides under this name, or one per replica: f32. */
export const stepScalar = (graph: Graph, name: string, replicas = 1): Node =>
  graph.add(stepScalarOp, [], { name, replicas });

export const constantReference = defineReference(constantOp, {
  // Rounded like the kernels' literal, so that a comparison does not blame the kernel for the rounding.
  evaluate: (_, { shape, attrs }) => ({ shape, data: Float64Array.of(Math.fround(attrs.value)) }),
});

export const stepScalarReference = defineReference(stepScalarOp, {
  evaluate(_, { shape, attrs: { name } }, step) {
    const value = step[name];
    const values = typeof value === "number" ? [value] : (value ?? []);
    if (values.length !== shape[0]) {
      throw new ActigradError(
        "option",
        `the step scalar "${name}" needs ${shape[0]} value(s), got ${values.length}`,
      );
    }
    return { shape, data: Float64Array.from(values) };
  },
});
