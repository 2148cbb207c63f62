/** The weights of attention in float64, one query at a time. */
import { withRank } from "../../core/shape.ts";
import type { RefArray, RefTensor } from "../graph.ts";
import { type AttentionAttrs, FORBIDDEN } from "./attentionShape.ts";
import { broadcastIndex } from "./reference.ts";

/** What one query of one head sees. */
export interface AttentionRow {
  readonly head: number;
  /** Its index among all of [Z, batch, queries]. */
  readonly place: number;
  /** Where its row begins in q. */
  readonly queryAt: number;
  readonly q: RefArray;
  readonly k: RefArray;
  readonly v: RefArray;
  /** One entry per key. */
  readonly weights: Float64Array;
  readonly largest: number;
  /** Sum of exp(score - largest). */
  readonly total: number;
  /** Where a key's row begins in a tensor of keys. */
  keyAt(key: number, tensor: RefTensor): number;
  /** A key's index among all of [Z, batch, keys]. */
  keyPlace(key: number): number;
}

/** Calls `visit` with each query of each head. */
export function eachQuery(
  inputs: readonly RefTensor[],
  attrs: AttentionAttrs,
  visit: (row: AttentionRow) => void,
): void {
  const [q, k, v, ...more] = inputs as [RefTensor, RefTensor, RefTensor, ...RefTensor[]];
  const { heads, keyHeads, dim, scale, causal, offset, masked, alibi, at } = attrs;
  const [, batch, queries] = q.shape as [number, number, number];
  const keys = k.shape[2]!;
  const z = Math.max(q.shape[0]!, k.shape[0]!, v.shape[0]!);
  const mask = masked ? more[0]! : undefined;
  const slopes = alibi ? more[masked ? 1 : 0]!.data : undefined;
  const maskAt = mask && broadcastIndex(withRank(mask.shape, 5), [1, batch, heads, queries, keys]);
  const start = (tensor: RefTensor, replica: number, b: number, row: number): number => {
    const [own, , rows, width] = tensor.shape as [number, number, number, number];
    return (((own === 1 ? 0 : replica) * batch + b) * rows + row) * width;
  };
  for (let r = 0; r < z; r++)
    for (let b = 0; b < batch; b++)
      for (let head = 0; head < heads; head++)
        for (let i = 0; i < queries; i++) {
          const queryAt = start(q, r, b, i);
          const key = Math.floor((head * keyHeads) / heads);
          const scores = Float64Array.from({ length: keys }, (_, j) => {
            const ahead = j - i - offset;
            const added =
              mask === undefined ? 0 : mask.data[maskAt!(((b * heads + head) * queries + i) * keys + j)]!;
            if ((causal && ahead > 0) || added <= FORBIDDEN) return -Infinity;
            const [qs, ks] = [queryAt + at.q + head * dim, start(k, r, b, j) + at.k + key * dim];
            let sum = 0;
            for (let d = 0; d < dim; d++) sum += q.data[qs + d]! * k.data[ks + d]!;
            return (
              sum * Math.fround(scale) + added - (slopes === undefined ? 0 : slopes[head]! * Math.abs(ahead))
            );
          });
          const largest = scores.reduce((a, c) => Math.max(a, c), -Infinity);
          const weights = scores.map((s) => (s === -Infinity ? 0 : Math.exp(s - largest)));
          const total = weights.reduce((a, c) => a + c, 0);
          visit({
            head,
            place: (r * batch + b) * queries + i,
            queryAt,
            q: q.data,
            k: k.data,
            v: v.data,
            weights: total === 0 ? weights : weights.map((w) => w / total),
            largest,
            total,
            keyAt: (j, tensor) => start(tensor, r, b, j),
            keyPlace: (j) => (r * batch + b) * keys + j,
          });
        }
}
