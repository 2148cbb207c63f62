import forward from "../../../shaders/attention-forward.wgsl?raw";
import gradient from "../../../shaders/attention-gradient.wgsl?raw";
import { ActigradError } from "../../core/errors.ts";
import { type TensorType, elements } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import type { CustomNode, CustomTarget } from "../kernel-spec.ts";
import { engineOp, defineReference } from "../op.ts";
import { type AttentionSite, attentionKernel } from "./attentionKernel.ts";
import { type AttentionRow, eachQuery } from "./attentionReference.ts";
import {
  type AttentionAttrs,
  type AttentionGradAttrs,
  type AttentionPart,
  FORBIDDEN,
  checkAttention,
  headSize,
} from "./attentionShape.ts";
import { sumTo } from "./reduce.ts";
import { pick } from "./view.ts";

/** Products of two numbers per visible pair of query and key. */
const pairs = (inputs: readonly TensorType[], { heads, causal }: AttentionAttrs): number => {
  const [q, k] = inputs as [TensorType, TensorType];
  const all = Math.max(q.shape[0]!, k.shape[0]!) * elements(q.shape.slice(1, 3)) * k.shape[2]! * heads;
  return causal ? all / 2 : all;
};

/**
 * For each query, the values that backward needs: its largest score, 1 / the sum of exp(score - largest), and the product of the
 * result and its cotangent.
 */
const rowsOp: Op<AttentionAttrs> = engineOp({
  name: "attentionRows",
  shape: (inputs, attrs) => {
    const [z, batch, queries] = checkAttention("attentionRows", inputs.slice(0, -2), attrs) as [
      number,
      number,
      number,
    ];
    return { shape: [z, batch, queries, 3 * attrs.heads], dtype: "f32" };
  },
  flops: ({ inputs, attrs }) => 2 * pairs(inputs, attrs) * attrs.dim,
  kernel: {
    kind: "custom",
    terms: ([q, k], { dim }) => dim + Math.max(k!.shape[2]!, q!.shape[3]!),
    render: (module, node, target) =>
      attentionKernel(module, forward, siteOf(node, target), node, { rows: node.inputs.slice(-2) }),
  },
});

/** The sizes that the kernels of attention share. */
const siteOf = (
  { inputs, attrs }: CustomNode<AttentionAttrs>,
  { quads = false }: CustomTarget,
): AttentionSite => ({
  q: inputs[0]!,
  k: inputs[1]!,
  v: inputs[2]!,
  ...(attrs.masked && { mask: inputs[3]! }),
  ...(attrs.alibi && { slopes: inputs[attrs.masked ? 4 : 3]! }),
  attrs,
  quads,
});

const columnsOf = (part: AttentionPart, { heads, keyHeads, dim, valueDim, at }: AttentionAttrs) => {
  if (part === "all")
    return { ...at, width: Math.max(at.q + heads * dim, at.k + keyHeads * dim, at.v + keyHeads * valueDim) };
  return part === "q"
    ? { q: 0, k: 0, v: 0, width: heads * dim }
    : { q: 0, k: 0, v: keyHeads * dim, width: keyHeads * (dim + valueDim) };
};

/** The cotangents of queries, of keys and values side by side, or of all in their common tensor; recomputes the scores. */
export const attentionGrad: Op<AttentionGradAttrs> = engineOp({
  name: "attentionGrad",
  shape(inputs, attrs) {
    const [z, batch] = checkAttention("attentionGrad", inputs.slice(0, -2), attrs) as [number, number];
    const time = inputs[attrs.of === "kv" ? 1 : 0]!.shape[2]!;
    return { shape: [z, batch, time, columnsOf(attrs.of, attrs).width], dtype: "f32" };
  },
  flops({ inputs, attrs }) {
    const { dim, valueDim, of } = attrs;
    const [ofQuery, ofKey] = [2 * dim + valueDim, 2 * dim + 2 * valueDim];
    return 2 * pairs(inputs, attrs) * ((of === "kv" ? 0 : ofQuery) + (of === "q" ? 0 : ofKey));
  },
  kernel: {
    kind: "custom",
    terms: ([q, k], { dim }) => dim + Math.max(q!.shape[2]!, k!.shape[2]!),
    render(module, node, target) {
      const { of } = node.attrs;
      const extra = { of, into: columnsOf(of, node.attrs), rows: node.inputs.slice(-2) };
      return attentionKernel(module, gradient, siteOf(node, target), node, extra);
    },
  },
});

/** softmax(scale q k + mask) v of each head, by blocks of keys: the matrix of scores is never stored. */
export const attentionOp: Op<AttentionAttrs> = engineOp({
  name: "attention",
  shape(inputs, attrs) {
    const outer = checkAttention("attention", inputs, attrs);
    return { shape: [...outer, attrs.heads * attrs.valueDim], dtype: "f32" };
  },
  vjp({ inputs, attrs, output }, g) {
    const [q, k, v, ...more] = inputs as [Node, Node, Node, ...Node[]];
    const { graph } = g;
    const rows = graph.add(rowsOp, [...inputs, output, g], attrs);
    const part = (of: AttentionPart): Node =>
      graph.add(attentionGrad, [...inputs, rows, g], { ...attrs, of });
    const none = more.map(() => undefined);
    if (q === k && k === v) return [sumTo(part("all"), q.shape), undefined, undefined, ...none];
    const { heads, keyHeads, dim, valueDim, at } = attrs;
    const whole = (x: Node, start: number, width: number): void => {
      if (start === 0 && x.shape[3] === width) return;
      throw new ActigradError(
        "shape",
        "attention has a derivative only if q, k and v are one tensor or three",
      );
    };
    whole(q, at.q, heads * dim);
    const both = part("kv");
    // The gradient is that of keys and values side by side.
    if (k === v && at.k === 0 && at.v === keyHeads * dim)
      return [sumTo(part("q"), q.shape), sumTo(both, k.shape), undefined, ...none];
    whole(k, at.k, keyHeads * dim);
    whole(v, at.v, keyHeads * valueDim);
    const columns = (start: number, size: number): Node => pick(both, { axis: 3, start, step: 1, size });
    return [
      sumTo(part("q"), q.shape),
      sumTo(columns(0, keyHeads * dim), k.shape),
      sumTo(columns(keyHeads * dim, keyHeads * valueDim), v.shape),
      ...none,
    ];
  },
  flops: ({ inputs, attrs }) => 2 * pairs(inputs, attrs) * (attrs.dim + attrs.valueDim),
  kernel: {
    kind: "custom",
    terms: ([q, k], { dim }) => dim + k!.shape[2]! + q!.shape[2]!,
    render: (module, node, target) => attentionKernel(module, forward, siteOf(node, target), node, {}),
  },
});
export { FORBIDDEN, headSize, rowsOp as attentionRows };

/** Options of the op `attention`. */
export interface AttentionOptions {
  /** Heads of the queries; default 1. */
  readonly heads?: number;
  /** Heads of keys and values; default as many as queries. */
  readonly keyHeads?: number;
  /** Default 1 / sqrt(features of a head). */
  readonly scale?: number;
  /** Query i attends only to keys up to i + `offset`. Default false. */
  readonly causal?: boolean;
  /** Position of the last query relative to its own key: keys - queries in a step with a cache. Default 0. */
  readonly offset?: number;
  /**
   * Added to the scores: f32[1, batch or 1, heads or 1, queries or 1, keys]. A score of -3e38 or less hides the key from the
   * query (see `attentionMask`).
   */
  readonly mask?: Node;
  /** ALiBi: adds -slope |i + offset - j| to the scores, with a slope per head. f32[1, 1, heads]. Press et al. 2022. */
  readonly slopes?: Node;
}

/**
 * Scaled dot-product attention, softmax(q k / sqrt(d)) v in each head. q f32[Z, batch, queries, heads * d], k f32[Z, batch, keys,
 * keyHeads * d], v f32[Z, batch, keys, keyHeads * dv]; the result is f32[Z, batch, queries, heads * dv]. Query head h uses key
 * head floor(h keyHeads / heads). Scores are computed block by block, forward and backward, so memory grows with the length, not
 * its square. A query without visible keys gives 0. Vaswani et al. 2017; Dao et al. 2022.
 * @throws ActigradError "shape" for heads that do not divide the features, and tensors that do not fit
 */
export function attention(q: Node, k: Node, v: Node, options: AttentionOptions = {}): Node {
  const { heads = 1, keyHeads = heads } = options;
  const dim = headSize("attention", q.shape.at(-1)!, heads);
  const valueDim = headSize("attention", v.shape.at(-1)!, keyHeads);
  return attend([q, k, v], { ...options, heads, keyHeads, dim, valueDim, at: { q: 0, k: 0, v: 0 } });
}

/** The same for q, k and v side by side in the features of one tensor: f32[Z, batch, time, (heads + 2 keyHeads) d]. */
export function packedAttention(qkv: Node, options: AttentionOptions = {}): Node {
  const { heads = 1, keyHeads = heads } = options;
  const dim = headSize("attention", qkv.shape.at(-1)!, heads + 2 * keyHeads);
  const at = { q: 0, k: heads * dim, v: (heads + keyHeads) * dim };
  return attend([qkv, qkv, qkv], { ...options, heads, keyHeads, dim, valueDim: dim, at });
}

type Sizes = Pick<AttentionAttrs, "heads" | "keyHeads" | "dim" | "valueDim" | "at">;

/** Attention over tensors in which heads begin at given columns. */
export function attend(
  tensors: readonly [q: Node, k: Node, v: Node],
  { mask, slopes, scale, causal = false, offset = 0, ...sizes }: AttentionOptions & Sizes,
): Node {
  const { heads, keyHeads, dim, valueDim, at } = sizes;
  const inputs = [...tensors, ...(mask ? [mask] : []), ...(slopes ? [slopes] : [])];
  return tensors[0].graph.add(attentionOp, inputs, {
    heads,
    keyHeads,
    dim,
    valueDim,
    at,
    scale: scale ?? 1 / Math.sqrt(dim),
    causal,
    offset,
    masked: mask !== undefined,
    alibi: slopes !== undefined,
  });
}

const headsOf = (row: AttentionRow, attrs: AttentionAttrs): { q: number; k: number; v: number } => {
  const key = Math.floor((row.head * attrs.keyHeads) / attrs.heads);
  return {
    q: attrs.at.q + row.head * attrs.dim,
    k: attrs.at.k + key * attrs.dim,
    v: attrs.at.v + key * attrs.valueDim,
  };
};

export const attentionReference = defineReference(attentionOp, {
  evaluate(inputs, { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    eachQuery(inputs, attrs, (row) => {
      const { v } = headsOf(row, attrs);
      const to = row.place * shape[3]! + row.head * attrs.valueDim;
      for (const [key, weight] of row.weights.entries())
        for (let d = 0; d < attrs.valueDim; d++)
          data[to + d]! += weight * row.v[row.keyAt(key, inputs[2]!) + v + d]!;
    });
    return { shape, data };
  },
});

export const attentionRowsReference = defineReference(rowsOp, {
  evaluate(inputs, { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    const [y, g] = inputs.slice(-2) as [(typeof inputs)[0], (typeof inputs)[0]];
    const width = y!.shape[3]!;
    eachQuery(inputs, attrs, ({ place, head, largest, total }) => {
      let product = 0;
      const from = place * width + head * attrs.valueDim;
      for (let d = 0; d < attrs.valueDim; d++) product += y!.data[from + d]! * g!.data[from + d]!;
      const row = place * shape[3]! + head;
      data[row] = Math.max(largest, FORBIDDEN);
      data[row + attrs.heads] = total === 0 ? 0 : 1 / total;
      data[row + 2 * attrs.heads] = product;
    });
    return { shape, data };
  },
});

export const attentionGradReference = defineReference(attentionGrad, {
  evaluate(inputs, { shape, attrs }) {
    const { dim, valueDim, scale, of, heads } = attrs;
    const data = new Float64Array(elements(shape));
    const into = columnsOf(of, attrs);
    const [, g] = inputs.slice(-2) as [(typeof inputs)[0], (typeof inputs)[0]];
    eachQuery(inputs, attrs, (row) => {
      const at = headsOf(row, attrs);
      const key = Math.floor((row.head * attrs.keyHeads) / heads);
      const from = row.place * g!.shape[3]! + row.head * valueDim;
      const slopes = Array.from(row.weights, (_, j) => {
        let sum = 0;
        for (let d = 0; d < valueDim; d++)
          sum += g!.data[from + d]! * row.v[row.keyAt(j, inputs[2]!) + at.v + d]!;
        return sum;
      });
      const mean = slopes.reduce((sum, slope, j) => sum + slope * row.weights[j]!, 0);
      for (const [j, weight] of row.weights.entries()) {
        const ds = weight * (slopes[j]! - mean) * scale;
        const [q, k] = [row.queryAt + at.q, row.keyAt(j, inputs[1]!) + at.k];
        const keyRow = row.keyPlace(j) * shape[3]!;
        for (let d = 0; d < dim; d++) {
          if (of !== "kv") data[row.place * shape[3]! + into.q + row.head * dim + d]! += ds * row.k[k + d]!;
          if (of !== "q") data[keyRow + into.k + key * dim + d]! += ds * row.q[q + d]!;
        }
        if (of !== "q")
          for (let d = 0; d < valueDim; d++)
            data[keyRow + into.v + key * valueDim + d]! += weight * g!.data[from + d]!;
      }
    });
    return { shape, data };
  },
});
