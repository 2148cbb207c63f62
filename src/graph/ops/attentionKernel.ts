/** The text of attention's kernels: sizes as constants, and functions that read and write a slot of a head. */
import common from "../../../shaders/attention.wgsl?raw";
import { type TensorType, rowSlots, withRank } from "../../core/shape.ts";
import type { CustomModule, CustomText } from "../kernel-spec.ts";
import {
  type AttentionAttrs,
  type AttentionColumns,
  type AttentionPart,
  FORBIDDEN,
} from "./attentionShape.ts";

/** What attention looks at. */
export interface AttentionSite {
  readonly q: TensorType;
  readonly k: TensorType;
  readonly v: TensorType;
  readonly mask?: TensorType;
  readonly slopes?: TensorType;
  readonly attrs: AttentionAttrs;
  /** Whether the four invocations of a quad share what they load. */
  readonly quads: boolean;
}

/** What is special about a kernel: which cotangents it computes, into which columns, and what else it reads of each query. */
interface Extra {
  readonly of?: AttentionPart;
  readonly into?: AttentionColumns;
  /** y and its cotangent, or the rows computed from them and the cotangent. */
  readonly rows?: readonly TensorType[];
}

const bits = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;
const GROUP = 64;
/** What an invocation of a quad gets at each turn: its own, then those of its neighbours. */
const SWAPS = ["", "quadSwapX", "quadSwapY", "quadSwapDiagonal"];

/**
 * Rows that an invocation of a quad takes: loads are dear on a software adapter, and serve all of them. No more than there are, and
 * fewer of long heads, which take long to compile.
 */
const rowsOf = (slots: number, rows: number): number =>
  [4, 2].find((taken) => slots * taken <= 64 && 4 * taken <= rows) ?? 1;

export function attentionKernel(
  module: CustomModule,
  file: string,
  { q, k, v, mask, slopes, attrs, quads }: AttentionSite,
  output: TensorType,
  { of, into = attrs.at, rows = [] }: Extra,
): CustomText {
  const { heads, keyHeads, dim, valueDim, scale, causal, offset, at } = attrs;
  const [, batch, queries] = q.shape as [number, number, number];
  const keys = k.shape[2]!;
  const z = output.shape[0]!;
  const [dim4, value4] = [Math.ceil(dim / 4), Math.ceil(valueDim / 4)];
  const keep = of === undefined && rows.length > 0;
  const lanes = quads ? 4 : 1;
  const taken = quads ? rowsOf(dim4 + value4, Math.min(queries, keys)) : 1;
  const dims: Record<string, number> = {
    z,
    batch,
    queries,
    keys,
    scale: bits(scale),
    offset: offset >>> 0,
    out_pitch: 4 * rowSlots(output.shape),
  };
  /**
   * Two functions: where the head of a row (the last, if it lies beyond) begins, and a slot of its features from there. `head` is WGSL for the
   * head's number. Positions are counted in slots if heads begin and end with slots, otherwise in elements.
   */
  const reads = (
    name: string,
    tensor: TensorType,
    time: string,
    head: string,
    [size, start]: readonly [number, number],
  ): string => {
    const buffer = module.read(tensor);
    const whole = size % 4 === 0 && start % 4 === 0;
    const unit = whole ? 4 : 1;
    dims[`${name}z`] = tensor.shape[0] === 1 ? 0 : batch;
    dims[`${name}pitch`] = (rowSlots(tensor.shape) * 4) / unit;
    dims[`${name}start`] = start / unit;
    const row = `((at.z * D.${name}z + at.batch) * D.${time} + min(row, D.${time} - 1u)) * D.${name}pitch`;
    const lane = (l: number): string =>
      `select(0.0, ${buffer}[(column + ${l}u) >> 2u][(column + ${l}u) & 3u], 4u * d + ${l}u < ${size}u)`;
    const slot = whole
      ? `return ${buffer}[base + d];`
      : `let column = base + 4u * d; return vec4f(${[0, 1, 2, 3].map(lane).join(", ")});`;
    return (
      `fn ${name}base_(at: Place, row: u32) -> u32 { return ${row} + D.${name}start + ${head} * ${size / unit}u; }\n` +
      `fn ${name}at_(base: u32, d: u32) -> vec4f { ${slot} }`
    );
  };
  const puts = (name: string, time: string, head: string, size: number, start: number): string => {
    dims[`${name}start`] = start;
    const row = `((at.z * D.batch + at.batch) * D.${time} + row) * D.out_pitch`;
    const lane = (l: number): string =>
      `${size % 4 === 0 ? "" : `if (4u * d + ${l}u < ${size}u) `}{ Y[column + ${l}u] = value[${l}]; }`;
    return (
      `fn ${name}(at: Place, row: u32, d: u32, value: vec4f) { let column = ${row} + D.${name}start + ${head} * ${size}u + 4u * d; ` +
      `${[0, 1, 2, 3].map(lane).join(" ")} }`
    );
  };
  const keyHead = `(at.head / ${heads / keyHeads}u)`;
  const functions = [
    reads("query_", q, "queries", "at.head", [dim, at.q]),
    reads("key_", k, "keys", keyHead, [dim, at.k]),
    ...(keep ? [] : [reads("value_", v, "keys", keyHead, [valueDim, at.v])]),
  ];
  if (mask !== undefined) {
    const shape = withRank(mask.shape, 5);
    const n4 = rowSlots(shape);
    const strides = [shape[2]! * shape[3]! * n4, shape[3]! * n4, n4].map((stride, axis) =>
      shape[axis + 1] === 1 ? 0 : stride,
    );
    Object.assign(dims, { mask_batch: strides[0]!, mask_head: strides[1]!, mask_row: strides[2]! });
    const where = "at.batch * D.mask_batch + at.head * D.mask_head + min(query, D.queries - 1u) * D.mask_row";
    functions.push(
      `fn mask_(at: Place, query: u32, key: u32) -> f32 { let k = min(key, D.keys - 1u); return ${module.read(mask)}[${where} + (k >> 2u)][k & 3u]; }`,
    );
  } else functions.push("fn mask_(at: Place, query: u32, key: u32) -> f32 { return 0.0; }");
  functions.push(
    `fn slope_(head: u32) -> f32 { return ${slopes === undefined ? "0.0" : `${module.read(slopes)}[head >> 2u][head & 3u]`}; }`,
  );
  const [first, g] = rows;
  if (g !== undefined) functions.push(reads("cotangent_", g, "queries", "at.head", [valueDim, 0]));
  if (of !== undefined) {
    dims["rows_pitch"] = 4 * rowSlots(first!.shape);
    module.rename(module.read(first!), "L", "f32");
    functions.push(
      puts("put_query_", "queries", "at.head", dim, into.q),
      puts("put_key_", "keys", "(at.head / GROUP)", dim, into.k),
      puts("put_value_", "keys", "(at.head / GROUP)", valueDim, into.v),
    );
  } else if (first !== undefined)
    functions.push(reads("result_", first, "queries", "at.head", [valueDim, 0]));
  else functions.push(puts("put_", "queries", "at.head", valueDim, 0));
  module.rename(module.write(output), "Y", "f32");
  module.declare(dims);
  const constants = [
    `const FORBIDDEN = ${FORBIDDEN};`,
    ...Object.entries({
      HEADS: heads,
      KEY_HEADS: keyHeads,
      GROUP: heads / keyHeads,
      LANES: lanes,
      EACH: taken,
    }).map(([name, n]) => `const ${name} = ${n}u;`),
    ...Object.entries({
      CAUSAL: causal,
      MASKED: mask !== undefined,
      ALIBI: slopes !== undefined,
      OF_QUERIES: of !== "kv",
      OF_KEYS: of !== "q",
    }).map(([name, value]) => `const ${name} = ${value};`),
  ];
  const groups = (count: number): number => Math.ceil(count / GROUP);
  const takers = (rows: number): number => lanes * Math.ceil(rows / (lanes * taken));
  const ofQueries = groups(z * batch * heads * takers(queries));
  const ofKeys = groups(z * batch * keyHeads * takers(keys));
  const workgroups = of === undefined || of === "q" ? ofQueries : of === "kv" ? ofKeys : ofQueries + ofKeys;
  return {
    file: [...constants, common, ...functions, file].join("\n"),
    values: {
      EACH: taken,
      DIM4: dim4,
      VALUE4: value4,
      SUM4: keep ? 0 : value4,
      keep,
      ...fours("key", dim4, "key", quads),
      ...(keep ? { VALUE: "" } : fours("value", value4, "key", quads)),
      ...fours("query", dim4, "query", quads),
      ...fours("cotangent", value4, "query", quads),
      ...fours("rows", 3, "query", quads, "vec4f"),
    },
    workgroups: [workgroups, 1],
    quads,
  };
}

/**
 * WGSL that loads four rows of one side, from the loop's on: NAME tells where they begin, NAME_d makes name_d, the rows' slots d.
 * In a quad, which reads the same four, each invocation loads one and takes the others from its neighbours.
 */
function fours(
  name: string,
  slots: number,
  side: "key" | "query",
  quads: boolean,
  type = "mat4x4f",
): Record<string, string> {
  const four = (of: (l: number) => string): string => [0, 1, 2, 3].map(of).join(", ");
  const row = (l: string): string => `${name}_base_(at, ${side} + ${l})`;
  const at = quads ? row("(index & 3u)") : `vec4u(${four((l) => row(`${l}u`))})`;
  const slot = (d: number): string =>
    quads
      ? `let own_${name}_${d} = ${name}_at_(${name}_at, ${d}u); let ${name}_${d} = ${type}(${four((l) => `${SWAPS[l]}(own_${name}_${d})`)});`
      : `let ${name}_${d} = ${type}(${four((l) => `${name}_at_(${name}_at[${l}], ${d}u)`)});`;
  const key = name.toUpperCase();
  return Object.fromEntries([
    [key, `let ${name}_at = ${at};`],
    ...Array.from({ length: slots }, (_, d) => [`${key}_${d}`, slot(d)]),
  ]);
}
