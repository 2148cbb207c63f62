import permuteFile from "../../../shaders/permute.wgsl?raw";
import { ActigradError } from "../../core/errors.ts";
import { permute } from "../../core/random.ts";
import { type DType, formatType, rowSlots } from "../../core/shape.ts";
import type { Graph, Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import type { ViewRead, ViewSite } from "../kernel-spec.ts";
import { functionsOf } from "../../core/wgsl.ts";
import { stepNumber } from "./reference.ts";

/** What `gather` makes of the picked rows. */
export interface GatherAttrs {
  /** dtype of the result: picked bytes become f32 (0..255) or u32. */
  readonly dtype: "f32" | "u32";
}

/** A byte table packs four columns into a u32. An index past the end takes the last row, and is masked where that matters. */
function pickedRows({ input: { shape, dtype }, output, buffer, args: [index], dim }: ViewSite): ViewRead {
  const last = dim("last", shape[1]! - 1, "rows");
  const n4 = dim("n4", rowSlots(shape), "rows");
  // A learned table has rows for each replica.
  const start = shape[0] === 1 ? "" : `z * (${last} + 1u) + `;
  const slot = `${buffer}[(${start}min(${index}.x, ${last})) * ${n4} + c]`;
  if (dtype !== "u8") return { lines: [], value: slot };
  const lanes = `(vec4u(${slot}) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u)`;
  return { lines: [], value: `${output.dtype === "f32" ? "T" : "U"}(${lanes})` };
}

/**
 * Rows of a data table [Z, n, features], which has no gradient (see `lookup`), picked by indices u32 [1, ..., 1]: the result is
 * [Z, ..., features].
 */
export const gatherOp: Op<GatherAttrs> = engineOp({
  name: "gather",
  shape([table, indices], { dtype }) {
    if (table!.shape.length !== 3) {
      throw new ActigradError(
        "shape",
        `gather: the table must be [replicas, rows, features], got ${formatType(table!)}`,
      );
    }
    const places = indices!.shape;
    if (indices!.dtype !== "u32" || places[0] !== 1 || places.at(-1) !== 1) {
      throw new ActigradError("shape", `gather: indices must be u32[1, ..., 1], got ${formatType(indices!)}`);
    }
    if (table!.dtype !== "u8" && table!.dtype !== dtype) {
      throw new ActigradError("shape", `gather: ${table!.dtype} rows do not become ${dtype}`);
    }
    return { shape: [table!.shape[0]!, ...places.slice(1, -1), table!.shape[2]!], dtype };
  },
  flops: () => 0,
  kernel: { kind: "view", read: pickedRows, uses: "row" },
});

/**
 * Rows of a data table [Z, rows, features], picked by u32 indices; an index past the end takes the last row. It has no gradient:
 * for rows of a learned table, use `lookup`.
 */
export const gather = (table: Node, indices: Node, dtype: GatherAttrs["dtype"] = "f32"): Node =>
  table.graph.add(gatherOp, [table, indices], { dtype });

export const gatherReference = defineReference(gatherOp, {
  evaluate([table, indices], { shape }) {
    const [count, features] = [indices!.data.length, shape.at(-1)!];
    const rows = table!.shape[1]!;
    const data = new Float64Array(shape[0]! * count * features);
    for (let i = 0; i < shape[0]! * count; i++) {
      // Clamped as on the GPU: a partial last batch points past the end and is masked by `rowMask`.
      const row = Math.floor(i / count) * rows + Math.min(indices!.data[i % count]!, rows - 1);
      data.set(table!.data.subarray(row * features, (row + 1) * features), i * features);
    }
    return { shape, data };
  },
});

/** Which rows of a dataset the batches take. */
export interface BatchIndicesAttrs {
  /** Rows per batch. */
  readonly count: number;
  /** Rows of the dataset. */
  readonly rows: number;
  /** A seed shuffles every epoch differently; null reads in order. */
  readonly seed: number | null;
}

/**
 * Row numbers of a step's batch, u32 [1, B, 1]: start, start + 1, ... through the bijection of an epoch. Step scalars:
 * `start`, and for a shuffled order `key0` and `key1`, the words of `permutationKey(seed, epoch)`; the reference reads
 * `epoch` instead.
 */
export const batchIndicesOp: Op<BatchIndicesAttrs> = engineOp({
  name: "batchIndices",
  shape: (_, { count }) => ({ shape: [1, count, 1], dtype: "u32" satisfies DType }),
  flops: () => 0,
  kernel: {
    kind: "pointwise",
    uses: "row",
    wgsl(_, { rows, seed }, at) {
      const position = `(${at.step("start")} + ${at.row})`;
      if (seed === null) return `U(${position})`;
      return `U(permute_(${position}, ${rows}u, vec2u(${at.step("key0")}, ${at.step("key1")})))`;
    },
    functions: () => functionsOf(permuteFile),
    steps: ({ seed }) => (seed === null ? ["start"] : ["start", "key0", "key1"]),
  },
});

/** The rows of this step's batch: u32 indices into the dataset, in order or reshuffled every epoch. */
export const batchIndices = (graph: Graph, attrs: BatchIndicesAttrs): Node<BatchIndicesAttrs> =>
  graph.add(batchIndicesOp, [], attrs);

export const batchIndicesReference = defineReference(batchIndicesOp, {
  evaluate(_, { shape, attrs: { rows, seed } }, step) {
    const start = stepNumber(step, "start");
    const epoch = seed === null ? 0 : stepNumber(step, "epoch");
    const data = Float64Array.from({ length: shape[1]! }, (_unused, i) =>
      seed === null ? start + i : permute(start + i, rows, seed, epoch),
    );
    return { shape, data };
  },
});

/** 1 for the rows of a batch that exist, 0 for those past the end of the data (step scalar `rows`): [1, B, 1]. */
export const rowMaskOp: Op<{ readonly count: number }> = engineOp({
  name: "rowMask",
  shape: (_, { count }) => ({ shape: [1, count, 1], dtype: "f32" }),
  flops: () => 0,
  kernel: {
    kind: "pointwise",
    uses: "row",
    wgsl: (_, _attrs, at) => `T(select(0.0, 1.0, ${at.row} < ${at.step("rows")}))`,
    steps: () => ["rows"],
  },
});
/** 1 in the rows of a batch that count, 0 in padding rows: f32[1, count, 1]. */
export const rowMask = (graph: Graph, count: number): Node => graph.add(rowMaskOp, [], { count });

export const rowMaskReference = defineReference(rowMaskOp, {
  evaluate(_, { shape }, step) {
    const rows = stepNumber(step, "rows");
    return { shape, data: Float64Array.from({ length: shape[1]! }, (_unused, i) => (i < rows ? 1 : 0)) };
  },
});
