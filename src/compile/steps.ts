import type { Node } from "../graph/graph.ts";
import { type AssignAttrs, assignOp } from "../graph/ops/assign.ts";
import { type StepScalarAttrs, stepScalarOp } from "../graph/ops/source.ts";

/** Position of a scalar in a row of the step table. */
export interface StepScalar {
  readonly name: string;
  readonly dtype: "f32" | "u32";
  /** 1, or one value per replica. */
  readonly count: number;
  /** In 32-bit words from the row's start. */
  readonly offset: number;
}

/** The table of each step's scalars: one row per step, read at a dynamic offset. */
export interface StepLayout {
  readonly scalars: readonly StepScalar[];
  readonly rowBytes: number;
}

/** One row of the step table: scalars shared by all replicas, then those with one value per replica, slot-aligned. */
export function layOutSteps(nodes: readonly Node[]): StepLayout {
  const wanted = new Map<string, Omit<StepScalar, "offset">>();
  for (const node of nodes) {
    const { kernel } = node.op;
    if (node.op === stepScalarOp) {
      const { name, replicas } = node.attrs as StepScalarAttrs;
      wanted.set(name, { name, dtype: "f32", count: replicas });
    } else if (kernel.kind === "pointwise") {
      for (const name of kernel.steps?.(node.attrs) ?? []) wanted.set(name, { name, dtype: "u32", count: 1 });
    } else if (node.op === assignOp) {
      const { slot } = node.attrs as AssignAttrs;
      if (slot !== null) wanted.set(slot, { name: slot, dtype: "u32", count: 1 });
    }
  }
  let offset = 0;
  const scalars = [...wanted.values()]
    .toSorted((a, b) => a.count - b.count)
    .map((scalar): StepScalar => {
      if (scalar.count > 1) offset = Math.ceil(offset / 4) * 4;
      const placed = { ...scalar, offset };
      offset += scalar.count;
      return placed;
    });
  return { scalars, rowBytes: Math.max(256, Math.ceil(offset / 64) * 256) };
}
