import { ActigradError } from "../../core/errors.ts";
import { type Shape, as3d, elements, formatType, rowSlots } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import type { ViewRead, ViewSite } from "../kernel-spec.ts";

/**
 * Images are stored pixel by pixel, [Z, B, ...places, C]; PyTorch counts them channel by channel. These two views convert to and
 * from rows in PyTorch's order, `rows` of them per sample: [Z, B, C * places], or [Z, B, rows, C * places / rows].
 */
export interface FlattenAttrs {
  readonly rows: number;
}
export interface UnflattenAttrs {
  /** [...places, C] */
  readonly image: Shape;
}

const flatShape = ({ shape }: { shape: Shape }, rows: number): Shape => {
  const size = elements(shape.slice(2));
  return [...shape.slice(0, 2), ...(rows === 1 ? [] : [rows]), size / rows];
};

/** Rows in PyTorch's order from an image: a view, without a kernel. */
export const flattenOp: Op<FlattenAttrs> = engineOp({
  name: "flatten",
  shape([x], { rows }) {
    const size = elements(x!.shape.slice(2));
    if (x!.shape.length < 3 || size % rows !== 0)
      throw new ActigradError(
        "shape",
        `flatten: ${formatType(x!)} does not have ${rows} equal rows per sample`,
      );
    return { shape: flatShape(x!, rows), dtype: "f32" };
  },
  vjp: ({ inputs: [x] }, g) => [unflatten(g, x!.shape.slice(2))],
  flops: () => 0,
  kernel: { kind: "view", read: (site) => inOrder("flatten", site) },
});

/** An image from rows in PyTorch's order: a view. */
export const unflattenOp: Op<UnflattenAttrs> = engineOp({
  name: "unflatten",
  shape([x], { image }) {
    if (elements(x!.shape.slice(2)) !== elements(image)) {
      throw new ActigradError(
        "shape",
        `unflatten: ${formatType(x!)} does not have the ${elements(image)} numbers per sample of [${image.join(",")}]`,
      );
    }
    return { shape: [...x!.shape.slice(0, 2), ...image], dtype: "f32" };
  },
  vjp: ({ inputs: [x] }, g) => [flatten(g, x!.shape.length > 3 ? x!.shape[2]! : 1)],
  flops: () => 0,
  kernel: { kind: "view", read: (site) => inOrder("unflatten", site) },
});

/** An image [Z, B, ...places, C] as rows in PyTorch's order; [Z, B, features] is unchanged. */
export const flatten = (x: Node, rows = 1): Node =>
  x.shape.length === 3 && rows === 1 ? x : x.graph.add(flattenOp, [x], { rows });

/** Rows in PyTorch's order as an image [Z, B, ...places, C]. */
export const unflatten = (x: Node, image: Shape): Node => x.graph.add(unflattenOp, [x], { image });

/** Calls `visit` with the index of an element in an image and in rows. */
function eachElement(image: Shape, visit: (image: number, row: number) => void): void {
  const channels = image.at(-1)!;
  const places = elements(image.slice(2, -1));
  for (let sample = 0; sample < image[0]! * image[1]!; sample++)
    for (let place = 0; place < places; place++)
      for (let c = 0; c < channels; c++)
        visit((sample * places + place) * channels + c, (sample * channels + c) * places + place);
}

export const flattenReference = defineReference(flattenOp, {
  evaluate([x], { shape }) {
    const data = new Float64Array(elements(shape));
    eachElement(x!.shape, (image, row) => {
      data[row] = x!.data[image]!;
    });
    return { shape, data };
  },
});

export const unflattenReference = defineReference(unflattenOp, {
  evaluate([x], { shape }) {
    const data = new Float64Array(elements(shape));
    eachElement(shape, (image, row) => {
      data[image] = x!.data[row]!;
    });
    return { shape, data };
  },
});

/** Each lane has its own element: channel and place of an image, or their index in a row. */
function inOrder(way: "flatten" | "unflatten", { input, output, buffer, own, dim }: ViewSite): ViewRead {
  const [image, rows] = way === "flatten" ? [input.shape, output.shape] : [output.shape, input.shape];
  const places = dim("places", elements(image.slice(2, -1)));
  const width = dim("width", rows.at(-1)!);
  const per = dim("rows", rows.length > 3 ? rows[2]! : 1);
  const n4 = dim("n4", rowSlots(input.shape));
  const [at, row, column] = [own("at"), own("row"), own("column")];
  const lines = [
    `let ${at} = z * ${dim("m", as3d(output.shape)[1])} + row;`,
    `let ${column} = min(vec4u(c * 4u) + vec4u(0u, 1u, 2u, 3u), vec4u(${dim("n", output.shape.at(-1)!)} - 1u));`,
  ];
  if (way === "flatten") {
    lines.push(
      `let ${own("element")} = vec4u(${at} % ${per} * ${width}) + ${column};`,
      `let ${row} = vec4u(${at} / ${per} * ${places}) + ${own("element")} % ${places};`,
      `let ${own("from")} = ${own("element")} / ${places};`,
    );
  } else {
    lines.push(
      `let ${own("element")} = ${column} * ${places} + vec4u(${at} % ${places});`,
      `let ${row} = vec4u(${at} / ${places} * ${per}) + ${own("element")} / ${width};`,
      `let ${own("from")} = ${own("element")} % ${width};`,
    );
  }
  const lane = (l: string): string =>
    `${buffer}[${row}.${l} * ${n4} + (${own("from")}.${l} >> 2u)][${own("from")}.${l} & 3u]`;
  // One channel is alone in its slot.
  const lanes = output.shape.at(-1) === 1 ? [lane("x")] : ["x", "y", "z", "w"].map(lane);
  return { lines, value: `T(${lanes.join(", ")})` };
}
