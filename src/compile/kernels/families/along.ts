import alongFile from "../../../../shaders/along.wgsl?raw";
import place from "../../../../shaders/along-place.wgsl?raw";
import { as3d, elements, rowSlots } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import { emitStage } from "../emit.ts";
import { type Family, SUM_WORKGROUP, at, indent, outerOf, prefixed } from "../family.ts";

/** Rows longer than this many slots are shared by the invocations of a workgroup. */
const LONG_ROW = 64;
/** This many rows occupy a software adapter without being shared. */
const SOFTWARE_LINES = 64;

/** Rows of up to this many slots are shared by a quad: neighbours then read adjacent slots. */
const QUAD_ROW = 8;

/** Elements per iteration, if that divides them: loops cost time on a CPU. */
const TURNS = 4;
/**
 * Up to this many elements of an invocation are written out on a software adapter: its compiler then loads an element once for all
 * folds, which it does not do across loops.
 */
const ONCE = 16;

const joins = {
  sum: { identity: "0.0", of: (a: string, b: string) => `(${a} + ${b})` },
  // With a NaN, the larger is the other value, but the terms that follow are NaN anyway. A maximum that keeps NaN would cost a
  // test.
  max: { identity: "minus_infinity_()", of: (a: string, b: string) => `select(${a}, ${b}, ${b} > ${a})` },
} as const;

export const along: Family = (builder, group, stores, target) => {
  const node = group.anchors[0]!;
  const { kernel } = node.op;
  if (kernel.kind !== "along") throw new Error(`${node.op.name} does not fold along an axis`);
  const { shape } = node;
  const axis = kernel.axis(node.attrs, shape);
  const columns = axis === shape.length - 1;
  const n4 = rowSlots(shape);
  const inner = elements(shape.slice(axis + 1, -1));
  const lines = columns ? elements(shape.slice(0, -1)) : (elements(shape.slice(0, -1)) / shape[axis]!) * n4;
  // Barriers are expensive on a CPU, and enough rows keep its few lanes busy.
  const shared = columns && n4 > LONG_ROW && !(target.software && lines >= SOFTWARE_LINES);
  const quad = columns && !shared && target.quads === true && n4 >= QUAD_ROW;
  const by = quad ? 4 : 1;
  const [, m, n] = as3d(shape);
  const dims = { lines, m, n, n4, inner, count: columns ? n4 : shape[axis]! };
  builder.declare(dims);
  const own = dims.count / (shared ? SUM_WORKGROUP : by);
  const turns = target.software && own <= ONCE && own % 1 === 0 ? own : own % TURNS === 0 ? TURNS : 1;

  const texts: Record<string, string> = {};
  const folds: string[] = [];
  for (const [f, { combine, term }] of kernel.folds.entries()) {
    const { identity, of } = joins[combine];
    const values = new Map<Node, string>();
    const loads = emitStage(
      prefixed(builder, `fold${f}`),
      [],
      { ...at(shape, ...node.inputs), index: "slot" },
      values,
      stores,
    );
    const element = term(
      node.inputs.map((input) => values.get(input)!),
      folds,
    );
    texts[`TERMS_${f}`] = indent([...loads, `let element = ${element};`], "      ");
    texts[`IDENTITY_${f}`] = identity;
    texts[`FOLD_${f}`] = of(`fold_${f}`, "term");
    texts[`PAIR_${f}`] = of(`fold_${f}`, `quadSwapX(fold_${f})`);
    texts[`QUAD_${f}`] = of(`fold_${f}`, `quadSwapY(fold_${f})`);
    texts[`TREE_${f}`] = of("partial[lane]", "partial[lane + half]");
    const [x, y, z, w] = ["x", "y", "z", "w"].map((lane) => `fold_${f}.${lane}`) as [
      string,
      string,
      string,
      string,
    ];
    texts[`LANES_${f}`] = of(of(x, y), of(z, w));
    folds.push(`result_${f}`);
  }
  const epilogue = emitStage(
    builder,
    outerOf(group),
    { domain: shape, folds, index: "slot" },
    new Map(),
    stores,
  );
  return {
    file: alongFile,
    parts: { place },
    values: {
      ...texts,
      WG: SUM_WORKGROUP,
      FOLDS: kernel.folds.length,
      columns,
      padded: columns && shape.at(-1)! % 4 !== 0,
      shared,
      quad,
      BY: by,
      TURNS: turns,
      LOOP: turns === own ? "{ let j = first;" : `for (var j = first; j < count; j += ${turns}u * by) {`,
      EPILOGUE: indent(epilogue, "      "),
    },
    quads: quad,
    workgroups: shared ? lines : Math.ceil((lines * by) / SUM_WORKGROUP),
  };
};
