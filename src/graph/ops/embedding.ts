import { ActigradError } from "../../core/errors.ts";
import { elements, formatType, rows } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { type GatherAttrs, gatherOp, gatherReference } from "./gather.ts";

/** Numbers as indices: fractions are cut off, negative numbers become 0. u32, the same shape. */
export const toIndexOp: Op<null> = engineOp({
  name: "toIndex",
  shape: ([x]) => ({ shape: x!.shape, dtype: "u32" }),
  kernel: { kind: "pointwise", wgsl: ([x]) => `U(max(${x}, T(0.0)))` },
});

export const toIndexReference = defineReference(toIndexOp, ([x]) => Math.trunc(Math.max(x!, 0)));

/** f32 whole numbers from 0 on, as the u32 that `gather` picks rows by. */
export const toIndex = (x: Node): Node => x.graph.add(toIndexOp, [x], null);

/**
 * The gradient of picked rows: for each row of the table, the sum over all places that picked it. No float is added atomically.
 * The places of a row form a linked list (the first place of each row, and from each place the next of the same row), which one
 * invocation walks, so every sum runs in the order of the places.
 */
export interface FirstPlaceAttrs {
  /** Rows of the table. */
  readonly rows: number;
  /** A row whose list is empty: it gets no gradient. */
  readonly except: number | null;
}

function checkIndices(op: string, indices: { shape: readonly number[]; dtype: string }): void {
  if (indices.dtype === "u32" && indices.shape[0] === 1 && indices.shape.at(-1) === 1) return;
  throw new ActigradError(
    "shape",
    `${op}: indices must be u32[1, ..., 1], got ${formatType(indices as never)}`,
  );
}

/** For each row of a table, the first place that picks it, or the number of places: u32 [1, rows, 1]. */
export const firstPlaceOp: Op<FirstPlaceAttrs> = engineOp({
  name: "firstPlace",
  shape([indices], attrs) {
    checkIndices("firstPlace", indices!);
    return { shape: [1, attrs.rows, 1], dtype: "u32" };
  },
  kernel: { kind: "search" },
});

/** For each place, the next that picks the same row, or the number of places: u32 [1, places, 1]. */
export const nextPlaceOp: Op<null> = engineOp({
  name: "nextPlace",
  shape([indices]) {
    checkIndices("nextPlace", indices!);
    return { shape: [1, elements(indices!.shape), 1], dtype: "u32" };
  },
  kernel: { kind: "search" },
});

/** The gradient of each row of a table, from g [Z, ...places, D], the first and the next places: [Z, rows, D]. */
export const scatterOp: Op<null> = engineOp({
  name: "scatter",
  shape([g, first, next]) {
    if (rows(g!.shape.slice(1)) !== next!.shape[1]) {
      throw new ActigradError(
        "shape",
        `scatter: ${formatType(g!)} does not have one row for each of ${next!.shape[1]} places`,
      );
    }
    return { shape: [g!.shape[0]!, first!.shape[1]!, g!.shape.at(-1)!], dtype: "f32" };
  },
  flops: ({ inputs: [g] }) => elements(g!.shape),
  kernel: { kind: "scatter" },
});

/** Sums the gradient of each row of a table over the places that picked it; `except` names a row that gets none. */
export function scatter(g: Node, indices: Node, table: { rows: number; except?: number | null }): Node {
  const { graph } = g;
  const first = graph.add(firstPlaceOp, [indices], { rows: table.rows, except: table.except ?? null });
  return graph.add(scatterOp, [g, first, graph.add(nextPlaceOp, [indices], null)], null);
}

/** A row of a learned table that gets no gradient. */
export interface LookupAttrs extends GatherAttrs {
  readonly except: number | null;
}

/** Rows of a learned table, picked as `gather` picks rows of data. */
export const lookupOp: Op<LookupAttrs> = engineOp<LookupAttrs>({
  ...gatherOp,
  name: "lookup",
  vjp: ({ inputs: [table, indices], attrs: { except } }, g) => [
    scatter(g, indices!, { rows: table!.shape[1]!, except }),
    undefined,
  ],
});

/**
 * Rows of a learned table f32[Z, rows, features], picked by u32 indices; an index beyond the last row takes the last.
 * @param except a row that gets no gradient
 */
export const lookup = (table: Node, indices: Node, except: number | null = null): Node =>
  table.graph.add(lookupOp, [table, indices], { dtype: "f32", except });

export const lookupReference = defineReference<LookupAttrs>(lookupOp, gatherReference.reference);

export const firstPlaceReference = defineReference(firstPlaceOp, {
  evaluate([indices], { shape, attrs: { rows: count, except } }) {
    const data = Float64Array.from({ length: count }, (_, row) => {
      const at = row === except ? -1 : indices!.data.indexOf(row);
      return at < 0 ? indices!.data.length : at;
    });
    return { shape, data };
  },
});

export const nextPlaceReference = defineReference(nextPlaceOp, {
  evaluate([indices], { shape }) {
    const data = new Float64Array(indices!.data.length);
    const seen = new Map<number, number>();
    for (let place = data.length - 1; place >= 0; place--) {
      data[place] = seen.get(indices!.data[place]!) ?? data.length;
      seen.set(indices!.data[place]!, place);
    }
    return { shape, data };
  },
});

export const scatterReference = defineReference(scatterOp, {
  evaluate([g, first, next], { shape }) {
    const [z, count, width] = shape as [number, number, number];
    const places = next!.data.length;
    const data = new Float64Array(z * count * width);
    for (let i = 0; i < z * count; i++) {
      const from = Math.floor(i / count) * places;
      for (let place = first!.data[i % count]!; place < places; place = next!.data[place]!)
        for (let c = 0; c < width; c++) data[i * width + c]! += g!.data[(from + place) * width + c]!;
    }
    return { shape, data };
  },
});
