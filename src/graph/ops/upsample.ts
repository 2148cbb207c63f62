import { elements, rowSlots, as3d } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { mul } from "./pointwise.ts";
import { avgPool } from "./pool.ts";
import { type Pair, imageSizes } from "./window.ts";

/** How often each row and column is repeated. */
export interface UpsampleAttrs {
  readonly scale: Pair;
}

/** Each pixel of an image [Z, B, H, W, C] repeated down and across: a view, without a kernel. */
export const upsampleOp: Op<UpsampleAttrs> = engineOp({
  name: "upsample",
  shape([x], { scale }) {
    const { z, batch, height, width, channels } = imageSizes("upsample", x!);
    return { shape: [z, batch, height * scale[0], width * scale[1], channels], dtype: "f32" };
  },
  vjp: ({ attrs: { scale } }, g) => [mul(avgPool(g, scale), scale[0] * scale[1])],
  flops: () => 0,
  kernel: {
    kind: "view",
    read({ input, output, buffer, own, dim }, { scale }) {
      const [width, height] = [dim("width", output.shape[3]!), dim("height", output.shape[2]!)];
      const [down, across] = [dim("down", scale[0]), dim("across", scale[1])];
      const [line, at] = [own("line"), own("at")];
      const lines = [
        `let ${line} = z * ${dim("m", as3d(output.shape)[1])} + row;`,
        `let ${own("image")} = ${line} / (${width} * ${height}) * (${height} / ${down});`,
        `let ${at} = (${own("image")} + ${line} / ${width} % ${height} / ${down}) * (${width} / ${across}) + ${line} % ${width} / ${across};`,
      ];
      return { lines, value: `${buffer}[${at} * ${dim("n4", rowSlots(input.shape))} + c]` };
    },
  },
});

/** Nearest neighbours: each pixel repeated `scale` times down and across. */
export const upsample = (x: Node, scale: Pair): Node => x.graph.add(upsampleOp, [x], { scale });

export const upsampleReference = defineReference(upsampleOp, {
  evaluate([x], { shape, attrs: { scale } }) {
    const [, , height, width, channels] = shape as [number, number, number, number, number];
    const [h, w] = [height / scale[0], width / scale[1]];
    const data = Float64Array.from({ length: elements(shape) }, (_, i) => {
      const [c, column] = [i % channels, Math.floor(i / channels) % width];
      const row = Math.floor(i / (channels * width)) % height;
      const image = Math.floor(i / (channels * width * height));
      const pixel = (image * h + Math.floor(row / scale[0])) * w + Math.floor(column / scale[1]);
      return x!.data[pixel * channels + c]!;
    });
    return { shape, data };
  },
});
