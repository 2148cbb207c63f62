import store from "../../../../shaders/block-store.wgsl?raw";
import { slots } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import { indent } from "../family.ts";
import type { Rendered } from "../module.ts";
import type { MatmulTile } from "../target.ts";
import type { TemplateValues } from "../template.ts";
import { variantOf } from "../tile.ts";

/** Slots between the replicas of an operand: 0 if all share it. */
export const perReplica = (t: Node): number => (t.shape[0] === 1 ? 0 : slots(t.shape.slice(1)));

interface Product {
  readonly file: string;
  /** Start of the kernel, if forms share that. */
  readonly start?: string;
  readonly values: TemplateValues;
  readonly tile: MatmulTile;
  /** Invocations, each with a block of the result. */
  readonly blocks: number;
  /** Code for each slot of a block when its sum is complete. */
  readonly lines: readonly string[];
}

/** A kernel whose invocations each hold the sums of a block: a matrix product, or a convolution's. */
export function renderProduct({ file, start, values, tile, blocks, lines }: Product): Rendered {
  const { rows, slots: width, workgroup, quad = false } = tile;
  const sums = Array.from({ length: rows * width }, (_, t) => `acc_${Math.floor(t / width)}_${t % width}`);
  return {
    file,
    parts: { store, ...(start !== undefined && { start }) },
    values: {
      ROW: `t / ${width}u`,
      ...values,
      quad,
      TM: rows,
      TN: width,
      TN4: width * 4,
      WG: workgroup,
      SUMS: sums.join(", "),
      EPILOGUE: indent(lines),
    },
    quads: quad,
    workgroups: Math.ceil(blocks / workgroup),
    variant: variantOf(tile),
  };
}
