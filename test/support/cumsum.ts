import { type Node, type Op, type RefTensor, customKernel, defineOp } from "../../src/ops.ts";

interface CumsumAttrs {
  /** From the last column backwards. */
  readonly reverse: boolean;
}

/** Sums of each row's columns up to a place: an op with a custom kernel, as has its derivative. */
export const cumsumOp: Op<CumsumAttrs> = defineOp({
  name: "cumsum",
  shape: ([x]) => ({ shape: x!.shape, dtype: "f32" }),
  vjp: ({ attrs }, g) => [g.graph.add(cumsumOp, [g], { reverse: !attrs.reverse })],
  flops: ({ shape }) => shape.reduce((a, b) => a * b),
  kernel: customKernel({
    inputs: ["x"],
    output: "y",
    workgroups: ({ shape }) => Math.ceil((shape[0]! * shape[1]!) / 64),
    dims: ({ reverse }) => ({ reverse: Number(reverse) }),
    terms: ([x]) => x!.shape.at(-1)!,
    body: `
      if (index >= D.y_z * D.y_rows) { return; }
      var sum = 0.0;
      for (var i = 0u; i < D.y_columns; i++) {
        let column = select(i, D.y_columns - 1u - i, D.reverse == 1u);
        sum += x[index * D.x_pitch + column];
        y[index * D.y_pitch + column] = sum;
      }`,
  }),
  reference: {
    evaluate([x], { shape, attrs: { reverse } }): RefTensor {
      const width = shape.at(-1)!;
      const data = Float64Array.from(x!.data);
      for (let at = 0; at < data.length; at += width)
        for (let i = 1; i < width; i++) {
          const [to, from] = reverse ? [width - 1 - i, width - i] : [i, i - 1];
          data[at + to]! += data[at + from]!;
        }
      return { shape, data };
    },
  },
});

export const cumsum = (x: Node): Node => x.graph.add(cumsumOp, [x], { reverse: false });
