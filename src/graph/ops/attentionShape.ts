import { ActigradError } from "../../core/errors.ts";
import { type Shape, type TensorType, elements, formatType, withRank } from "../../core/shape.ts";

/** How queries attend to keys. Heads of q, k and v lie side by side in the features, each tensor at its own columns. */
export interface AttentionAttrs {
  /** Heads of the queries, and of keys and values; each of the latter serves heads / keyHeads neighbouring query heads. */
  readonly heads: number;
  readonly keyHeads: number;
  /** Features of a head of queries and keys, and of values. */
  readonly dim: number;
  readonly valueDim: number;
  /** Factor on the product of a query and a key. */
  readonly scale: number;
  /** Whether query i attends only to keys up to i + offset. */
  readonly causal: boolean;
  readonly offset: number;
  /** Where the heads begin in the features of the three tensors. */
  readonly at: AttentionColumns;
  /** Whether an additive mask, and slopes of ALiBi, follow q, k and v. */
  readonly masked: boolean;
  readonly alibi: boolean;
}

/** Columns at which queries, keys and values begin. */
export interface AttentionColumns {
  readonly q: number;
  readonly k: number;
  readonly v: number;
}

/** What a gradient of attention is of: the queries, keys and values side by side, or all three in their common tensor. */
export type AttentionPart = "q" | "kv" | "all";

export interface AttentionGradAttrs extends AttentionAttrs {
  readonly of: AttentionPart;
}

/** Scores of at most this hide a key from a query. */
export const FORBIDDEN = -3e38;

/** Batch, queries and replicas of the result: [Z, batch, queries]. @throws ActigradError "shape" for tensors that do not fit */
export function checkAttention(op: string, inputs: readonly TensorType[], attrs: AttentionAttrs): Shape {
  const { heads, keyHeads, dim, valueDim, at, masked, alibi } = attrs;
  const [q, k, v, ...more] = inputs as [TensorType, TensorType, TensorType, ...TensorType[]];
  const refuse = (what: string, hint?: string): never => {
    throw new ActigradError(
      "shape",
      `${op}: ${what}, q ${formatType(q)}, k ${formatType(k)}, v ${formatType(v)}`,
      {
        ...(hint !== undefined && { hint }),
      },
    );
  };
  if ([q, k, v].some(({ shape }) => shape.length !== 4))
    refuse("sequences need 4 axes", "they are [replicas, batch, time, features]");
  if (heads % keyHeads !== 0) refuse(`${keyHeads} heads of keys do not divide ${heads} heads of queries`);
  const ends = [at.q + heads * dim, at.k + keyHeads * dim, at.v + keyHeads * valueDim];
  for (const [i, { shape }] of [q, k, v].entries())
    if (shape[3]! < ends[i]!) refuse(`the features of ${"qkv"[i]} end before column ${ends[i]}`);
  const [z, batch, queries] = q.shape;
  const keys = k.shape[2]!;
  if (k.shape[1] !== batch || v.shape[1] !== batch || v.shape[2] !== keys)
    refuse("batch or number of keys differ");
  const replicas = Math.max(z!, k.shape[0]!, v.shape[0]!);
  if (inputs.slice(0, 3).some(({ shape }) => shape[0] !== 1 && shape[0] !== replicas))
    refuse("leading axes differ", "they must be equal, or 1");
  const mask = masked ? withRank(more[0]!.shape, 5) : [1, 1, 1, 1, keys];
  const wanted = [1, batch!, heads, queries!, keys];
  if (mask.some((n, axis) => n !== wanted[axis] && (n !== 1 || axis === 4)))
    refuse(`a mask [${mask.join(",")}] does not repeat to [${wanted.join(",")}]`);
  const slopes = alibi ? more.at(-1)!.shape : [heads];
  if (elements(slopes) !== heads) refuse(`${elements(slopes)} slopes for ${heads} heads`);
  return [replicas, batch!, queries!];
}

/** Features per head. @throws ActigradError "shape" if the heads do not divide them */
export function headSize(what: string, features: number, heads: number): number {
  if (features % heads === 0) return features / heads;
  throw new ActigradError("shape", `${what}: ${heads} heads do not divide ${features} features`, {
    hint: `use a number of heads that divides ${features}`,
  });
}
