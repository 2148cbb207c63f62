/** The gradients of learned parameters: sums over all rows. One kernel computes those of one activation together with its dx. */
import file from "../../shaders/learned-sums.wgsl?raw";
import { type Shape, type TensorType, as3d, elements, rowSlots, slots, withRank } from "../core/shape.ts";
import type { Activation } from "./activation.ts";
import { activationParamGrad, names } from "./forms.ts";
import type { GradientNode, ParameterNodes, RecordOp } from "./record-op.ts";

/** Rows summed by one invocation. A constant, because the order of the sums depends on it. */
export const BLOCK = 64;

/** Slots from which a shape is worth a pipeline of its own. */
const LARGE = 65_536;

export interface SumsAttrs {
  /** How many of the inputs are summed; the others are only computed. */
  readonly terms: number;
  /** [Z, 1, ..., C], including the places of a sample that have separate sums. */
  readonly kept: Shape;
}

const blocksOf = (x: TensorType, kept: Shape): number =>
  Math.ceil(elements(x.shape) / elements(kept) / BLOCK);

/** Sums of terms [Z, ...] over blocks of rows: [Z, blocks, terms, ...places, C]. */
export const learnedSumsOp: RecordOp<SumsAttrs> = {
  name: "learnedSums",
  shape: ([x], { terms, kept }) => ({
    shape: [kept[0]!, blocksOf(x!, kept), terms, ...kept.slice(2)],
    dtype: "f32",
  }),
  flops: ({ inputs }) => inputs.length * elements(inputs[0]!.shape),
  kernel: {
    kind: "custom",
    computes: true,
    terms: () => BLOCK,
    render(module, node, { software }, operands) {
      const { terms, kept } = node.attrs;
      const { shape } = node.inputs[0]!;
      const [z, rows] = as3d(shape);
      const [, inner] = as3d(kept);
      const [blocks, n4] = [node.shape[1]!, rowSlots(kept)];
      module.declare({ z, blocks, rows: rows / inner, inner, n4 });
      const BEFORE = operands.before(kept).join("\n  ");
      const each = [
        ...operands.here("i"),
        ...Array.from({ length: terms }, (_, t) => `sum_${t} += ${operands.name(t)};`),
      ];
      const values = {
        BLOCK,
        TERMS: terms,
        BEFORE,
        EACH: each.join("\n    "),
        SUMS: module.write(node),
      };
      const workgroups = [Math.ceil((z * blocks * inner * n4) / 64), 1] as const;
      return { file, values, workgroups, sized: software && slots(shape) >= LARGE };
    },
  },
};

/** Rows of such sums: [Z, blocks, terms, ...] to [Z, blocks, rows, ...]. A view. */
export const sumRowsOp: RecordOp<{ readonly first: number; readonly rows: number }> = {
  name: "sumRows",
  shape: ([x], { rows }) => ({ shape: x!.shape.with(2, rows), dtype: "f32" }),
  flops: () => 0,
  kernel: {
    kind: "view",
    read({ input, output, buffer, dim }, { first }) {
      const [, rows] = as3d(output.shape);
      const inner = elements(output.shape.slice(2, -1));
      const all = elements(input.shape.slice(2, -1));
      const skipped = (first * inner) / output.shape[2]!;
      const own = dim("own", inner);
      const at = `(z * ${dim("blocks", rows / inner)} + row / ${own}) * ${dim("all", all)} + ${dim("first", skipped)} + row % ${own}`;
      return { lines: [], value: `${buffer}[(${at}) * ${dim("n4", rowSlots(input.shape))} + c]` };
    },
  },
};

/** Sums over blocks, and over any other axes that the target shape lacks: [Z, blocks, ...] to [Z, ...]. */
export const sumBlocksOp: RecordOp<{ readonly to: Shape }> = {
  name: "sumBlocks",
  shape: (_, { to }) => ({ shape: to, dtype: "f32" }),
  flops: ({ inputs: [x] }) => elements(x!.shape),
  kernel: { kind: "reduce", combine: "sum" },
};

/** A learned parameter, and each element's contribution to its gradient. */
interface Learned<N> {
  readonly param: N;
  readonly term: N;
  /** Its tensor, and its row there. */
  readonly tensor: N;
  readonly row: number;
  readonly rows: number;
}

/**
 * The gradients of an activation's parameters, in order. If all rows of a tensor are among them and only this activation uses
 * them, the tensor's gradient takes the place of its first row's.
 * @param inputs x, and a node for each parameter
 * @param along computed in the same kernel
 */
export function cotangents<N extends GradientNode<N>>(
  record: Activation,
  inputs: readonly N[],
  along: N | undefined,
  { activationOp, rowOp, isFixed, times, sumTo }: ParameterNodes<N>,
): (N | undefined)[] {
  const { graph } = inputs[0]!;
  const all = names(record).map((name, i): Learned<N> | undefined => {
    const param = inputs[i + 1]!;
    const [tensor, row] = param.op === rowOp ? [param.inputs[0]!, param.attrs as RowAttrs] : [param, ALONE];
    if (record.wgsl.dfdp?.[name] === undefined || isFixed(tensor)) return undefined;
    const term = times(graph.add(activationParamGrad, inputs, { record, param: name }));
    return { param, term, tensor, ...row };
  });
  const learned = all.filter((one) => one !== undefined);
  const domain = learned[0]?.term.shape ?? [];
  // The rows of a tensor are contiguous.
  const summed = [...new Set(learned.map(({ tensor }) => tensor))].flatMap((tensor) =>
    learned
      .filter((one) => one.tensor === tensor && isShared(one.param.shape, domain))
      .toSorted((a, b) => a.row - b.row),
  );
  if (summed.length === 0) return all.map((one) => one && sumTo(one.term, one.param.shape));
  const shapes = summed.map(({ param }) => withRank(param.shape, domain.length));
  const last = domain.length - 1;
  const kept = domain.map((n, axis) =>
    axis === 0 || axis === last || shapes.some((shape) => shape[axis] !== 1) ? n : 1,
  );
  const operands = [...summed.map((one) => one.term), ...(along === undefined ? [] : [along])];
  const sums = graph.add(learnedSumsOp, operands, { terms: summed.length, kept });
  /** The sums of adjacent parameters. */
  const sumOf = (own: readonly Learned<N>[]): N => {
    const rows = own.length;
    const first = summed.indexOf(own[0]!);
    const part = rows === summed.length ? sums : graph.add(sumRowsOp, [sums], { first, rows });
    const shape = withRank(own[0]!.param.shape, domain.length);
    const to = [shape[0]!, rows, ...shape.slice(2)];
    // With rows in between, blocks and places are not adjacent axes: two steps.
    const apart = rows > 1 && shape.some((n, axis) => axis > 1 && axis < last && n !== kept[axis]);
    const over = graph.add(sumBlocksOp, [part], { to: apart ? [kept[0]!, rows, ...kept.slice(2)] : to });
    return apart ? sumTo(over, to) : over;
  };
  const isOwn = ({ param }: Learned<N>): boolean =>
    graph.nodes.filter(({ op, inputs }) => op === activationOp && inputs.includes(param)).length === 1;
  return all.map((one) => {
    if (one === undefined) return undefined;
    if (!summed.includes(one)) return sumTo(one.term, one.param.shape);
    const own = summed.filter(({ tensor }) => tensor === one.tensor);
    if (own.length < one.rows || !own.every(isOwn)) return sumOf([one]);
    return one === own[0] ? sumOf(own) : undefined;
  });
}

type RowAttrs = Pick<Learned<unknown>, "row" | "rows">;
const ALONE: RowAttrs = { row: 0, rows: 1 };

/** Whether a parameter is the same in all rows of the batch, with one value for each replica, and each channel, place or neither. */
function isShared(param: Shape, domain: Shape): boolean {
  const shape = withRank(param, domain.length);
  const places = shape.slice(2, -1);
  return (
    domain.length > 2 &&
    shape[0] === domain[0] &&
    shape[1] === 1 &&
    (places.every((n) => n === 1) || places.every((n, axis) => n === domain[axis + 2]))
  );
}
