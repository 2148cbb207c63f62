/**
 * The ops of learned parameters' gradients, which records import (see learned-sums.ts among activations), and their meaning in
 * float64.
 */
import {
  BLOCK,
  type SumsAttrs,
  learnedSumsOp,
  sumBlocksOp,
  sumRowsOp,
} from "../../activations/learned-sums.ts";
import { elements } from "../../core/shape.ts";
import type { Op } from "../graph.ts";
import { defineReference } from "../op.ts";
import { broadcastIndex } from "./reference.ts";

const sums: Op<SumsAttrs> = learnedSumsOp;
const rows: Op<{ readonly first: number; readonly rows: number }> = sumRowsOp;
const blocks: Op<{ readonly to: readonly number[] }> = sumBlocksOp;
export { sums as learnedSums, rows as sumRows, blocks as sumBlocks };

export const learnedSumsReference = defineReference(sums, {
  evaluate(inputs, { shape, attrs: { kept, terms } }) {
    const data = new Float64Array(elements(shape));
    const [each, count] = [elements(kept.slice(1)), shape[1]!];
    for (const [t, x] of inputs.slice(0, terms).entries()) {
      const at = broadcastIndex(kept, x.shape);
      const inner = elements(kept.slice(1, -1));
      const [all, n] = [elements(x.shape.slice(1, -1)), kept.at(-1)!];
      for (let i = 0; i < x.data.length; i++) {
        const row = Math.floor((Math.floor(i / n) % all) / inner);
        const [z, to] = [Math.floor(at(i) / each), at(i) % each];
        data[((z * count + Math.floor(row / BLOCK)) * terms + t) * each + to]! += x.data[i]!;
      }
    }
    return { shape, data };
  },
});

export const sumRowsReference = defineReference(rows, {
  evaluate([x], { shape, attrs: { first } }) {
    const [each, all] = [elements(shape.slice(2)), elements(x!.shape.slice(2))];
    const skipped = (first * each) / shape[2]!;
    const data = Float64Array.from(
      { length: elements(shape) },
      (_, i) => x!.data[Math.floor(i / each) * all + skipped + (i % each)]!,
    );
    return { shape, data };
  },
});

export const sumBlocksReference = defineReference(blocks, {
  evaluate([x], { shape }) {
    const data = new Float64Array(elements(shape));
    const at = broadcastIndex(shape, x!.shape);
    for (let i = 0; i < x!.data.length; i++) data[at(i)]! += x!.data[i]!;
    return { shape, data };
  },
});
