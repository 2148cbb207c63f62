import ab from "../../../../shaders/matmul-ab.wgsl?raw";
import abt from "../../../../shaders/matmul-abt.wgsl?raw";
import atb from "../../../../shaders/matmul-atb.wgsl?raw";
import start from "../../../../shaders/matmul-start.wgsl?raw";
import { rowSlots } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import { type MatmulAttrs, matmulSizes } from "../../../graph/ops/matmul.ts";
import type { Group } from "../../group.ts";
import { emitStage } from "../emit.ts";
import { type Family, type Stores, at, outerOf, prefixed, wgslFunction } from "../family.ts";
import { isPickedRows } from "../inline.ts";
import type { ModuleBuilder, Rendered } from "../module.ts";
import type { KernelTarget, ProductParts } from "../target.ts";
import { blocksOf, isDraft, matmulTile } from "../tile.ts";
import { perReplica, renderProduct } from "./block.ts";

const files = { ab, atb, abt };

export const matmul: Family = (builder, group, stores, target) => {
  const parts = matmulParts(builder, group, stores);
  return target.shared?.matmul(parts, target) ?? renderRegisters(parts, target);
};

/** The kernel that holds its sums in registers and shares nothing, but within quads. */
function renderRegisters({ form, sizes, values, lines }: ProductParts, target: KernelTarget): Rendered {
  const tile = matmulTile(form, sizes, target);
  const { rows, quad = false } = tile;
  return renderProduct({
    file: files[form],
    start,
    values: {
      ...values,
      ragged: sizes.k % 4 !== 0 || (form === "abt" && isDraft(target)), // drafts share pipelines
      // By the adapter, never by the tile: it is part of the order of a sum.
      FOUR_TERMS: target.software ? "four_summed_" : "four_terms_",
      FOUR_ROWS: target.software ? "four_rows_summed_" : "four_rows_",
      LOADS: quad ? rows / 4 : rows,
      TURNS: quad ? 4 : 1,
      SWAP0: "",
      SWAP1: "quadSwapX",
      SWAP2: "quadSwapY",
      SWAP3: "quadSwapDiagonal",
      ...(quad && { ROW: `((t / ${tile.slots}u) ^ q)` }),
      ONES_ROW: quad ? "(ones_row ^ q)" : "ones_row",
      TM4: rows / 4,
    },
    tile,
    blocks: blocksOf(sizes, tile),
    lines,
  });
}

/** Declares what every kernel of a product does. */
function matmulParts(builder: ModuleBuilder, group: Group, stores: Stores): ProductParts {
  const node = group.anchors[0] as Node<MatmulAttrs>;
  const [a, b] = node.inputs as [Node, Node];
  const { form, bias } = node.attrs;
  const sizes = matmulSizes(a, b, node.attrs);
  builder.declare({
    z: sizes.z,
    m: sizes.m,
    n: sizes.n,
    n4: Math.ceil(sizes.n / 4),
    k: sizes.k,
    a_z: perReplica(a),
    a_m: rowSlots(a.shape),
    b_z: perReplica(b),
    b_m: rowSlots(b.shape),
  });
  const computed = group.inner.includes(a);
  if (computed) defineRows(builder, group.inner, a);
  const A = computed ? "" : builder.read(a);
  const operands = { A, B: builder.read(b), computed };
  const kept = computed && stores.has(a) ? { keep: true, KEEP: builder.write(a) } : {};
  const lines = emitStage(builder, outerOf(group), at(node.shape), new Map([[node, "acc"]]), stores);
  return {
    form,
    sizes,
    values: { ...operands, ...kept, bias: form === "ab" && bias, ones: form === "atb" && bias },
    lines,
  };
}

/**
 * The first operand of a product, computed as it is loaded: `picked_a_` gives the row of the table that a row of the
 * batch is, once for the row; `load_a_` gives one of its slots.
 */
function defineRows(builder: ModuleBuilder, inner: readonly Node[], a: Node): void {
  const scope = prefixed(builder, "a");
  const indices = [...inner, ...inner.flatMap((n) => n.inputs)].find(isPickedRows)!.inputs[1]!;
  const index = new Map<Node, string>();
  const pick = emitStage(scope, [], at(indices.shape, indices), index, new Set());
  const position = ["let z = 0u;", "let c = 0u;"];
  builder.provide(
    wgslFunction("picked_a_(row: u32) -> u32", [...position, ...pick, `return ${index.get(indices)!}.x;`]),
  );
  const values = new Map([[indices, "U(picked)"]]);
  const load = emitStage(scope, inner, at(a.shape), values, new Set());
  builder.provide(
    wgslFunction("load_a_(row: u32, picked: u32, c: u32) -> T", [
      "let z = 0u;",
      ...load,
      `return ${values.get(a)!};`,
    ]),
  );
}
