import forward from "../../../../shaders/conv-forward.wgsl?raw";
import groupedFile from "../../../../shaders/conv-grouped.wgsl?raw";
import input from "../../../../shaders/conv-input.wgsl?raw";
import start from "../../../../shaders/conv-start.wgsl?raw";
import load from "../../../../shaders/shared-conv-load.wgsl?raw";
import place from "../../../../shaders/shared-conv-place.wgsl?raw";
import weightLoad from "../../../../shaders/shared-conv-weight-load.wgsl?raw";
import weightPlace from "../../../../shaders/shared-conv-weight-place.wgsl?raw";
import weight from "../../../../shaders/conv-weight.wgsl?raw";
import { as3d, rowSlots } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import {
  type ConvAttrs,
  type ConvSizes,
  type ConvWeightGradAttrs,
  conv2dInputGrad,
  conv2dOp,
  convSizes,
  samplesOfPart,
} from "../../../graph/ops/conv.ts";
import { imageShape } from "../../../graph/ops/window.ts";
import { convTile, productForms } from "./conv-tile.ts";
import { emitStage } from "../emit.ts";
import { type Family, at, indent, outerOf } from "../family.ts";
import type { ModuleBuilder, Rendered } from "../module.ts";
import type { KernelTarget } from "../target.ts";
import { pieces } from "../tile.ts";
import { perReplica, renderProduct } from "./block.ts";
import { windowDims } from "./window.ts";

const files = { forward, input, weight };
type Form = keyof typeof files;

const formOf = (node: Node): Form =>
  node.op === conv2dOp ? "forward" : node.op === conv2dInputGrad ? "input" : "weight";

/**
 * Places that a weight's gradient sums by themselves, about the root of those of a part: the longest chain of additions
 * is twice that root, where in one go it would be all of them. A multiple of 4.
 */
const RUN = 64;

/** The sizes that all three products share, and those of the operands, by the names that the kernels use. */
function dimsOf(node: Node<ConvAttrs>, form: Form, sizes: ConvSizes): Record<string, number> {
  const { attrs, inputs } = node;
  const [first, second] = inputs as [Node, Node];
  const [z, m, n] = as3d(node.shape);
  const common = {
    z,
    m,
    n,
    n4: rowSlots(node.shape),
    taps: sizes.taps,
    ...windowDims(attrs),
    group_c: sizes.channels,
    group_n: sizes.features,
  };
  if (form === "weight") {
    const { parts } = attrs as ConvWeightGradAttrs;
    return {
      ...common,
      rows: node.shape[2]!,
      bias: attrs.bias ? 1 : 0,
      batch: sizes.batch,
      part_b: samplesOfPart(sizes.batch, parts),
      in_h: attrs.input[0]!,
      in_w: attrs.input[1]!,
      in_c4: rowSlots(attrs.input),
      out_h: sizes.out[0],
      out_w: sizes.out[1],
      x_z: perReplica(first),
      g_z: perReplica(second),
    };
  }
  const [, , a_h, a_w] = imageShape(first.shape) as [number, number, number, number];
  const [, , row_h, row_w] = imageShape(node.shape) as [number, number, number, number];
  return {
    ...common,
    row_h,
    row_w,
    a_h,
    a_w,
    a_c4: rowSlots(first.shape),
    a_z: perReplica(first),
    k: sizes.k,
    terms: form === "forward" ? sizes.channels : sizes.features,
    w_z: perReplica(second),
    w_n4: rowSlots(second.shape),
  };
}

/** Whether groups begin and end with slots, so that a block of slots lies in one. */
const isDense = ({ groups }: ConvAttrs, { channels, features }: ConvSizes): boolean =>
  groups === 1 || (channels % 4 === 0 && features % 4 === 0);

export const conv: Family = (builder, group, stores, target) => {
  const node = group.anchors[0] as Node<ConvAttrs>;
  const form = formOf(node);
  const sizes = convSizes(node.inputs[0]!.shape[1]!, node.attrs);
  const dims = dimsOf(node, form, sizes);
  const [first, second] = node.inputs.map((operand) => builder.read(operand)) as [string, string];
  const lines = emitStage(builder, outerOf(group), at(node.shape), new Map([[node, "acc"]]), stores);
  const values = {
    ...(form === "weight" ? { X: first, G: second } : { A: first, W: second }),
    bias: form === "forward" && node.attrs.bias,
    strided: node.attrs.stride.some((s) => s > 1),
  };
  return isDense(node.attrs, sizes)
    ? dense(builder, { node, form, sizes, dims, values, target, lines })
    : grouped(builder, { form, dims, values, lines, operands: [first, second] });
};

interface Dense {
  readonly node: Node<ConvAttrs>;
  readonly form: Form;
  readonly sizes: ConvSizes;
  readonly dims: Record<string, number>;
  readonly values: Record<string, string | boolean>;
  readonly target: KernelTarget;
  readonly lines: readonly string[];
}

function dense(builder: ModuleBuilder, product: Dense): Rendered {
  const { node, form, sizes, dims, values, target, lines } = product;
  const { n4, z, m, taps } = dims as { n4: number; z: number; m: number; taps: number };
  const { groups } = node.attrs;
  const [c4, f4] = [Math.ceil(sizes.channels / 4), Math.ceil(sizes.features / 4)];
  // Slots of the result that lie in one group, and slots of the operand that it sums over.
  const [group_n4, group_a4] = form === "input" ? [c4, f4] : [f4, c4];
  const tile = convTile(form, node, { ...sizes, kernel: node.attrs.kernel }, groups > 1, target);
  const { rows, slots: width, quad } = tile;
  // Quads lie along the columns of the weight's gradient and along the rows of the others.
  const blocks_n = pieces(n4, width, quad && form === "weight");
  const lanes = Math.min(4, sizes.channels);
  const channelSlots = rows / tile.taps / lanes;
  const { parts = 1, bias } = node.attrs as Partial<ConvWeightGradAttrs>;
  const blocks_m =
    form === "weight"
      ? parts * (Math.ceil(c4 / channelSlots) * (taps / tile.taps) + (bias === true ? 1 : 0))
      : pieces(m, rows, quad);
  // The tile is not among the dims, because variants of a kernel share them.
  builder.declare({
    ...dims,
    parts,
    group_n4: groups === 1 ? n4 : group_n4,
    group_a4: groups === 1 ? 0 : group_a4,
    group_c4: c4,
  });
  const terms = form === "forward" ? sizes.channels : sizes.features;
  return (
    shared(product, terms) ??
    renderProduct({
      file: files[form],
      start,
      values: {
        ...values,
        TM4: channelSlots,
        TAPS: tile.taps,
        ROWS: rows / tile.taps,
        RUN,
        LOADS: (form === "weight" ? 4 : width * 4) / (quad ? 4 : 1),
        TAIL: terms % 4,
        tail: terms % 4 > 0,
        LANES: lanes,
        few: lanes < 4,
      },
      tile,
      blocks: z * blocks_m * blocks_n,
      lines,
    })
  );
}

/** The kernel whose workgroups share what they load, where the adapter is a GPU and channels fill slots. */
function shared({ node, form, sizes, values, target, lines }: Dense, terms: number): Rendered | undefined {
  const filled = (form === "weight" ? sizes.channels : terms) % 4 === 0;
  if (target.shared === undefined || node.attrs.groups > 1 || !filled) return undefined;
  const [z, m, n] = as3d(node.shape);
  if (form === "weight") return sharedWeight();
  const k = sizes.taps * terms;
  return target.shared.product(
    { place, load, across: { a: true, b: form === "input" }, terms: "(D.taps * D.terms)" },
    {
      form: productForms[form],
      sizes: { z, m, n, k },
      values: { ...values, INSIDE: k % 16 > 0 ? " & (tap < D.taps)" : "" },
      lines,
    },
    target,
  );

  function sharedWeight(): Rendered | undefined {
    const { parts, bias } = node.attrs as ConvWeightGradAttrs;
    const samples = samplesOfPart(sizes.batch, parts);
    const places = sizes.out[0] * sizes.out[1];
    // The last part may have fewer samples, and so any number of terms.
    const alike = sizes.batch % samples === 0 ? {} : { ragged: true, uneven: true };
    return target.shared?.product(
      {
        place: weightPlace,
        load: weightLoad,
        across: { a: false, b: false },
        terms: "part_places",
      },
      {
        form: productForms.weight,
        sizes: { z: z * parts, m: node.shape[2]!, n, k: samples * places },
        values: { ...values, runs: true, RUN, ones: bias, bias: false, ...alike },
        lines,
      },
      target,
    );
  }
}

interface Grouped extends Pick<Dense, "form" | "dims" | "values" | "lines"> {
  readonly operands: readonly [string, string];
}

function grouped(builder: ModuleBuilder, { form, dims, values, lines, operands: [first, second] }: Grouped) {
  const { z, m, n4 } = dims as { z: number; m: number; n4: number };
  builder.declare(dims);
  const lanes = ["x", "y", "z", "w"];
  const pick = (l: string): string => `${first}[at + (x_channel.${l} >> 2u)][x_channel.${l} & 3u]`;
  const weightOf = (l: string): string =>
    `${second}[w_row.${l} + ((channel.${l} / D.group_c * D.terms + t) >> 2u)]` +
    `[(channel.${l} / D.group_c * D.terms + t) & 3u]`;
  return {
    file: groupedFile,
    values: {
      ...values,
      [form]: true,
      WG: 64,
      RUN,
      X_LANES: lanes.map(pick).join(", "),
      W_LANES: lanes.map(weightOf).join(", "),
      EPILOGUE: indent(lines, "  "),
    },
    workgroups: Math.ceil((z * m * n4) / 64),
  };
}
