import { ActigradError } from "../../core/errors.ts";
import { type Shape, type TensorType, as3d, elements, formatType, rowSlots } from "../../core/shape.ts";
import type { Node, Op, Reference } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import type { ViewRead, ViewSite } from "../kernel-spec.ts";

/**
 * The axis counted from the front; -1 is the last.
 * @throws ActigradError "shape" for an axis that does not exist
 */
export function checkAxis(op: string, x: TensorType, axis: number): number {
  const rank = x.shape.length;
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ActigradError("shape", `${op}: axis ${axis} does not exist in ${formatType(x)}`, {
    hint: `give one from ${-rank} to ${rank - 1}`,
  });
}

/** Elements start, start + step, ... along an axis. */
export interface ViewAttrs {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  /** How many elements the result has along the axis. */
  readonly size: number;
}

/** `pick` shows elements start + step * i of its input; `place` puts element i there, and 0 elsewhere. */
type Way = "pick" | "place";

/** Checks that `count` elements from `start` on, `step` apart, lie within an axis of `size`. */
function checkSpan(
  op: string,
  x: TensorType,
  { axis, start, step }: ViewAttrs,
  count: number,
  size: number,
): void {
  const whole = [start, step, count].every((n) => Number.isSafeInteger(n));
  if (whole && start >= 0 && step >= 1 && count >= 1 && start + (count - 1) * step < size) return;
  throw new ActigradError(
    "shape",
    `${op}: ${count} elements from ${start} on, ${step} apart, do not lie within ${size} along axis ${axis}, ${formatType(x)}`,
  );
}

const resized = (x: TensorType, axis: number, size: number): number[] =>
  x.shape.map((n, i) => (i === axis ? size : n));

/** Element i along the axis is element start + step * i of the input: a view, without a kernel. */
export const pickOp: Op<ViewAttrs> = engineOp({
  name: "pick",
  shape([x], attrs) {
    checkSpan("pick", x!, attrs, attrs.size, x!.shape[attrs.axis]!);
    return { shape: resized(x!, attrs.axis, attrs.size), dtype: "f32" };
  },
  vjp: ({ inputs: [x], attrs }, g) => [place(g, { ...attrs, size: x!.shape[attrs.axis]! })],
  flops: () => 0,
  kernel: {
    kind: "view",
    read: (site, attrs) => readAxis("pick", site, attrs),
  },
});

/** Element start + step * i along the axis is element i of the input, the others are 0: a view. */
export const placeOp: Op<ViewAttrs> = engineOp({
  name: "place",
  shape([x], attrs) {
    checkSpan("place", x!, attrs, x!.shape[attrs.axis]!, attrs.size);
    return { shape: resized(x!, attrs.axis, attrs.size), dtype: "f32" };
  },
  vjp: ({ inputs: [x], attrs }, g) => [pick(g, { ...attrs, size: x!.shape[attrs.axis]! })],
  flops: () => 0,
  kernel: { kind: "view", read: (site, attrs) => readAxis("place", site, attrs) },
});

/** Elements start, start + step, ... of an axis, without copying. */
export const pick = (x: Node, attrs: ViewAttrs): Node => x.graph.add(pickOp, [x], attrs);
/** x's elements at start, start + step, ... of a longer axis, with 0 elsewhere, without copying. */
export const place = (x: Node, attrs: ViewAttrs): Node => x.graph.add(placeOp, [x], attrs);

/** Copies the elements that input and result share. */
/* @__NO_SIDE_EFFECTS__ */
const copied = (way: Way): Reference<ViewAttrs> => ({
  evaluate([x], { shape, attrs: { axis, start, step } }) {
    const data = new Float64Array(elements(shape));
    const inner = elements(shape.slice(axis + 1));
    const [from, to] = [x!.shape[axis]!, shape[axis]!];
    for (let outer = 0; outer < elements(shape.slice(0, axis)); outer++) {
      for (let i = 0; i < Math.min(from, to); i++) {
        const apart = start + step * i;
        const [read, write] = way === "pick" ? [apart, i] : [i, apart];
        const at = (outer * from + read) * inner;
        data.set(x!.data.subarray(at, at + inner), (outer * to + write) * inner);
      }
    }
    return { shape, data };
  },
});

export const pickReference = defineReference(pickOp, copied("pick"));
export const placeReference = defineReference(placeOp, copied("place"));

interface Seen {
  readonly way: Way;
  readonly attrs: ViewAttrs;
  readonly shape: Shape;
  readonly input: Shape;
  readonly buffer: string;
  readonly own: ViewSite["own"];
  /** Its own offset, and sizes shared with similar views. */
  readonly offset: (value: number) => string;
  readonly dim: (what: string, value: number) => string;
}

function readAxis(way: Way, { input, output, buffer, own, dim }: ViewSite, attrs: ViewAttrs): ViewRead {
  const { axis, step } = attrs;
  // Views of one tensor that differ only in their start, such as the pieces of a maxout, share their sizes.
  const alike = [way, axis, step, ...output.shape].join();
  const seen: Seen = {
    way,
    attrs,
    shape: output.shape,
    input: input.shape,
    buffer,
    own,
    offset: (value) => dim("start", value),
    dim: (what, value) => dim(what, value, alike),
  };
  return axis === output.shape.length - 1 ? alongColumns(seen) : alongRows(seen);
}

/** Each lane has its own column; a slot is read as a whole only where slots are aligned. */
function alongColumns({
  way,
  attrs: { start, step },
  shape,
  input,
  buffer,
  own,
  offset,
  dim,
}: Seen): ViewRead {
  const [at, hit] = [own("at"), own("hit")];
  const n = dim("n", input.at(-1)!);
  const row = `(z * ${dim("m", as3d(shape)[1])} + row) * ${dim("n4", rowSlots(input))}`;
  if (step === 1 && start % 4 === 0) {
    const first = offset(start / 4);
    if (way === "pick") return { lines: [], value: `${buffer}[${row} + ${first} + c]` };
    // Before the start the difference wraps to a large number, which counts as past the end.
    const lines = [
      `let ${at} = c - ${first};`,
      `let ${hit} = vec4u(${at} * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(${n});`,
    ];
    return { lines, value: `select(T(0.0), ${buffer}[${row} + min(${at}, (${n} - 1u) >> 2u)], ${hit})` };
  }
  const first = offset(start);
  const by = dim("step", step);
  const column = `(vec4u(c * 4u) + vec4u(0u, 1u, 2u, 3u))`;
  // Lanes that show nothing read the last column, and are deselected or never used.
  const lines =
    way === "pick"
      ? [`let ${at} = min(${column} * ${by} + ${first}, vec4u(${n} - 1u));`]
      : [
          `let ${own("from")} = ${column} - ${first};`,
          `let ${own("to")} = ${own("from")} / ${by};`,
          `let ${hit} = (${own("to")} * ${by} == ${own("from")}) & (${own("to")} < vec4u(${n}));`,
          `let ${at} = min(${own("to")}, vec4u(${n} - 1u));`,
        ];
  lines.push(`let ${own("base")} = ${row};`);
  const lane = (l: string): string => `${buffer}[${own("base")} + (${at}.${l} >> 2u)][${at}.${l} & 3u]`;
  const slot = `T(${["x", "y", "z", "w"].map(lane).join(", ")})`;
  return { lines, value: way === "pick" ? slot : `select(T(0.0), ${slot}, ${hit})` };
}

/** Any axis but the last: rows are numbered across all of them, with `inner` rows between two neighbours. */
function alongRows({ way, attrs, shape, input, buffer, own, offset, dim }: Seen): ViewRead {
  const { axis, start, step } = attrs;
  const [r, i, at, hit] = [own("row"), own("i"), own("at"), own("hit")];
  const inner = dim("inner", elements(shape.slice(axis + 1, -1)));
  const size = dim("size", shape[axis]!);
  const n = dim("n", input[axis]!);
  const [first, by] = [offset(start), dim("step", step)];
  const lines = [
    `let ${r} = z * ${dim("m", as3d(shape)[1])} + row;`,
    `let ${i} = ${r} / ${inner} % ${size};`,
    ...(way === "pick"
      ? [`let ${at} = ${i} * ${by} + ${first};`]
      : [
          `let ${own("from")} = ${i} - ${first};`,
          `let ${own("to")} = ${own("from")} / ${by};`,
          `let ${hit} = ${own("to")} * ${by} == ${own("from")} && ${own("to")} < ${n};`,
          `let ${at} = min(${own("to")}, ${n} - 1u);`,
        ]),
    `let ${own("line")} = (${r} / (${inner} * ${size}) * ${n} + ${at}) * ${inner} + ${r} % ${inner};`,
  ];
  const slot = `${buffer}[${own("line")} * ${dim("n4", rowSlots(input))} + c]`;
  return { lines, value: way === "pick" ? slot : `select(T(0.0), ${slot}, ${hit})` };
}
