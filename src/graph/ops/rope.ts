import { ActigradError } from "../../core/errors.ts";
import { type TensorType, elements, formatType, withRank } from "../../core/shape.ts";
import { customKernel } from "../custom-kernel.ts";
import type { Graph, Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { tensor } from "./source.ts";

/** How features are paired: half of the rotated features apart (Llama), or neighbours (GPT-J, RoFormer). */
export type RopeStyle = "half" | "interleaved";

/** Which features are rotated. */
export interface RopeAttrs {
  /** This many heads, from the first feature on, are rotated; later features pass through. */
  readonly heads: number;
  /** Features per head, and how many of them, from the first on, are rotated. */
  readonly dim: number;
  readonly rotary: number;
  readonly style: RopeStyle;
  /** Rotates backwards, for cotangents. */
  readonly back: boolean;
}

function checkRope(x: TensorType, table: TensorType, { heads, dim, rotary }: RopeAttrs): void {
  const [, batch, time, features] = x.shape;
  const [, batches] = withRank(table.shape, 4);
  const fits =
    x.shape.length === 4 &&
    heads * dim <= features! &&
    table.shape[0] === 1 &&
    (batches === 1 || batches === batch) &&
    table.shape.at(-2) === time &&
    table.shape.at(-1) === rotary;
  if (fits && rotary <= dim && rotary % 2 === 0) return;
  throw new ActigradError(
    "shape",
    `rope: ${formatType(x)} with a table ${formatType(table)}, ${heads} heads of ${dim} features, of which ${rotary} are turned`,
    {
      hint: "sequences are [replicas, batch, time, features], tables [1, time, features turned], or one per sample",
    },
  );
}

/** Pairs (a, b) of features rotated by an angle: (a cos - b sin, b cos + a sin). Inputs: x, and a table of cosines and sines. */
export const ropeOp: Op<RopeAttrs> = engineOp<RopeAttrs>({
  name: "rope",
  shape([x, table], attrs) {
    checkRope(x!, table!, attrs);
    return { shape: x!.shape, dtype: "f32" };
  },
  vjp: ({ inputs: [, table], attrs }, g) => [
    g.graph.add(ropeOp, [g, table!], { ...attrs, back: !attrs.back }),
    undefined,
  ],
  flops: ({ shape }) => 3 * elements(shape),
  kernel: customKernel<RopeAttrs>({
    inputs: ["x", "table"],
    output: "y",
    workgroups: ({ shape }) => Math.ceil((elements(shape.slice(0, -1)) * Math.ceil(shape.at(-1)! / 4)) / 64),
    dims: ({ heads, dim, rotary }) => ({ turned: heads * dim, dim, half: rotary / 2 }),
    terms: () => 2,
    body: ({ style, back }) => `
  let slots = D.y_pitch / 4u;
  let line = index / slots;
  if (line >= D.y_z * D.y_rows) { return; }
  let at = line * D.y_pitch + index % slots * 4u;
  let place = line % D.table_rows * D.table_pitch;
  for (var l = 0u; l < 4u; l++) {
    let column = index % slots * 4u + l;
    let own = x[at + l];
    let within = column % D.dim;
    if (column >= D.turned || within >= 2u * D.half) {
      y[at + l] = own;
      continue;
    }
    ${
      style === "half"
        ? "let pair = within % D.half; let first = within < D.half; let apart = D.half;"
        : "let pair = within / 2u; let first = within % 2u == 0u; let apart = 1u;"
    }
    let other = x[select(at + l - apart, at + l + apart, first)];
    let sine = ${back ? "-" : ""}table[place + D.half + pair];
    y[at + l] = own * table[place + pair] + select(other, -other, first) * sine;
  }`,
  }),
});

export const ropeReference = defineReference(ropeOp, {
  evaluate([x, table], { shape, attrs: { heads, dim, rotary, style, back } }) {
    const data = Float64Array.from(x!.data);
    const width = shape.at(-1)!;
    const half = rotary / 2;
    const places = table!.data.length / rotary;
    for (let line = 0; line < data.length / width; line++)
      for (let head = 0; head < heads; head++)
        for (let j = 0; j < half; j++) {
          const at = (line % places) * rotary + j;
          const [cosine, sine] = [table!.data[at]!, table!.data[at + half]! * (back ? -1 : 1)];
          const start = line * width + head * dim;
          const [a, b] =
            style === "half" ? [start + j, start + j + half] : [start + 2 * j, start + 2 * j + 1];
          data[a] = x!.data[a]! * cosine - x!.data[b]! * sine;
          data[b] = x!.data[b]! * cosine + x!.data[a]! * sine;
        }
    return { shape, data };
  },
});

/** Options of the op `rope`. */
export interface RopeOptions {
  /** Number of heads side by side in the features; default 1. */
  readonly heads?: number;
  /** Features per head; default: all features divided by the heads. */
  readonly dim?: number;
  /** Default "half". */
  readonly style?: RopeStyle;
}

/**
 * Rotary positions: rotates pairs of features of each head by position * base^(-2j / rotary). Su et al. 2021.
 * @param x f32[Z, batch, time, features]
 * @param table of the positions: `ropeTable`
 * @throws ActigradError "shape" for tensors that do not fit
 */
export function rope(x: Node, table: Node, { heads = 1, dim, style = "half" }: RopeOptions = {}): Node {
  const each = dim ?? x.shape.at(-1)! / heads;
  return x.graph.add(ropeOp, [x, table], {
    heads,
    dim: each,
    rotary: table.shape.at(-1)!,
    style,
    back: false,
  });
}

/** Cosines and sines of positions, computed in float64: one row per position, cosines first. f32[1, positions, rotary]. */
export function ropeTable(
  graph: Graph,
  positions: readonly number[],
  { rotary, base = 10_000 }: { readonly rotary: number; readonly base?: number },
): Node {
  const name = `rope ${rotary} ${base} ${positions[0]}..${positions.at(-1)} ${positions.length}`;
  return tensor(graph, name, [1, positions.length, rotary], ropeValues(positions, rotary, base));
}

/** What `ropeTable` holds. */
export const ropeValues = (positions: readonly number[], rotary: number, base: number): Float32Array =>
  Float32Array.from({ length: positions.length * rotary }, (_, i) => {
    const [position, j] = [positions[Math.floor(i / rotary)]!, i % (rotary / 2)];
    const angle = position * base ** ((-2 * j) / rotary);
    return i % rotary < rotary / 2 ? Math.cos(angle) : Math.sin(angle);
  });
