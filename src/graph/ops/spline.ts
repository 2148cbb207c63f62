import { sigmoid } from "../../activations/float64.ts";
import { ActigradError } from "../../core/errors.ts";
import { type TensorType, as3d, elements, formatType } from "../../core/shape.ts";
import type { Node, Op, RefTensor } from "../graph.ts";
import { defineReference, engineOp } from "../op.ts";
import { sumTo } from "./reduce.ts";
import { type SplineGrid, basisAt, basisSlope, splineCount } from "./splineBasis.ts";
import { forwardKernel, inputGradKernel, weightGradKernel } from "./splineKernel.ts";

/** Rows of a weight per input: its B-splines, and silu last. */
const rowsEach = (spline: SplineGrid): number => splineCount(spline) + 1;

function replicasOf(what: string, x: TensorType, others: readonly TensorType[], fits: boolean): number {
  const replicas = Math.max(...[x, ...others].map(({ shape }) => shape[0]!));
  if (fits && [x, ...others].every(({ shape }) => shape[0] === 1 || shape[0] === replicas)) return replicas;
  throw new ActigradError(
    "shape",
    `${what}: ${[x, ...others].map(formatType).join(" with ")} do not fit together`,
    { hint: "x is [Z, rows, inputs], the weight [Z, inputs * (grid + order + 1), outputs]" },
  );
}

const weightFits = (x: TensorType, w: TensorType, spline: SplineGrid): boolean =>
  x.shape.length >= 3 && w.shape.length === 3 && w.shape[1] === x.shape.at(-1)! * rowsEach(spline);

const flops = (x: TensorType, outputs: number, z: number, { order }: SplineGrid): number => {
  const [, rows, inputs] = as3d(x.shape);
  // A product for each non-zero B-spline and for silu; de Boor's triangle and silu once per number.
  return z * rows * inputs * (2 * outputs * (order + 2) + 3 * order * (order + 1) + 8);
};

/**
 * Rows times a weight, with each number of a row expanded to its B-splines and its silu: y_o = sum over inputs i of silu(x_i)
 * w_io + the sum over k of B_k(x_i) w_iko. The expansion is computed where it is read and never stored.
 */
export const splineOp: Op<SplineGrid> = engineOp({
  name: "spline",
  shape([x, w], spline) {
    const z = replicasOf("spline", x!, [w!], weightFits(x!, w!, spline));
    return { shape: [z, ...x!.shape.slice(1, -1), w!.shape[2]!], dtype: "f32" };
  },
  vjp({ inputs, attrs }, g) {
    const [x, w] = inputs as [Node, Node];
    return [
      sumTo(g.graph.add(splineInputGrad, [x, w, g], attrs), x.shape),
      sumTo(g.graph.add(splineWeightGrad, [x, g], attrs), w.shape),
    ];
  },
  flops: ({ inputs: [x], shape, attrs }) => flops(x!, shape.at(-1)!, shape[0]!, attrs),
  kernel: forwardKernel,
});

/** The cotangent of x, from x, the weight, and the cotangent of the product: [Z, rows, inputs]. */
export const splineInputGrad: Op<SplineGrid> = engineOp({
  name: "splineInputGrad",
  shape([x, w, g], spline) {
    const fits = weightFits(x!, w!, spline) && g!.shape.at(-1) === w!.shape[2];
    const z = replicasOf("splineInputGrad", x!, [w!, g!], fits);
    return { shape: [z, ...x!.shape.slice(1)], dtype: "f32" };
  },
  flops: ({ inputs: [x, w], shape, attrs }) => flops(x!, w!.shape[2]!, shape[0]!, attrs),
  kernel: inputGradKernel,
});

/**
 * The cotangent of the weight, from x and the cotangent of the product: [Z, inputs * (B-splines + 1), outputs]. Sums run over the
 * rows in order.
 */
export const splineWeightGrad: Op<SplineGrid> = engineOp({
  name: "splineWeightGrad",
  shape([x, g], spline) {
    const z = replicasOf("splineWeightGrad", x!, [g!], as3d(x!.shape)[1] === as3d(g!.shape)[1]);
    return { shape: [z, x!.shape.at(-1)! * rowsEach(spline), g!.shape.at(-1)!], dtype: "f32" };
  },
  flops: ({ inputs: [x, g], shape, attrs }) => flops(x!, g!.shape.at(-1)!, shape[0]!, attrs),
  kernel: weightGradKernel,
});

/**
 * The sum over x's features of a learned function of each, composed of silu and B-splines: f32[Z, ..., inputs] to f32[Z, ...,
 * outputs]. Liu et al. 2024.
 * @param w f32[Z, inputs * (grid + order + 1), outputs]: for each input the weights of its B-splines, then that of its silu
 * @throws ActigradError "shape" for a weight that does not fit
 */
export const spline = (x: Node, w: Node, attrs: SplineGrid): Node => x.graph.add(splineOp, [x, w], attrs);

/** The products of one replica: calls `visit` with a row, an input and a column, the row of the weight, and the factor. */
function eachTerm(
  x: RefTensor,
  z: number,
  spline: SplineGrid,
  factor: (k: number, x: number) => number,
  visit: (row: number, i: number, weightRow: number, factor: number) => void,
): void {
  const [replicas, rows, inputs] = as3d(x.shape);
  const from = replicas === 1 ? 0 : z * rows * inputs;
  const each = rowsEach(spline);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < inputs; i++) {
      const at = x.data[from + row * inputs + i]!;
      for (let k = 0; k < each; k++) {
        const value = factor(k, at);
        if (value !== 0) visit(row, i, i * each + k, value);
      }
    }
}

const valueOf =
  (spline: SplineGrid) =>
  (k: number, x: number): number =>
    k === splineCount(spline) ? x * sigmoid(x) : basisAt(spline, k, x);

const slopeOf =
  (spline: SplineGrid) =>
  (k: number, x: number): number =>
    k === splineCount(spline) ? sigmoid(x) * (1 + x * sigmoid(-x)) : basisSlope(spline, k, x);

/** Where replica z of a tensor begins. */
const startOf = ({ shape }: RefTensor, z: number): number =>
  shape[0] === 1 ? 0 : z * elements(shape.slice(1));

export const splineReference = defineReference(splineOp, {
  evaluate([x, w], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    const [, rows, outputs] = as3d(shape);
    for (let z = 0; z < shape[0]!; z++)
      eachTerm(x!, z, attrs, valueOf(attrs), (row, _, weightRow, value) => {
        const [to, from] = [(z * rows + row) * outputs, startOf(w!, z) + weightRow * outputs];
        for (let o = 0; o < outputs; o++) data[to + o]! += value * w!.data[from + o]!;
      });
    return { shape, data };
  },
});

export const splineInputGradReference = defineReference(splineInputGrad, {
  evaluate([x, w, g], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    const [, rows, inputs] = as3d(shape);
    const outputs = w!.shape[2]!;
    for (let z = 0; z < shape[0]!; z++)
      eachTerm(x!, z, attrs, slopeOf(attrs), (row, i, weightRow, slope) => {
        const [up, from] = [startOf(g!, z) + row * outputs, startOf(w!, z) + weightRow * outputs];
        for (let o = 0; o < outputs; o++)
          data[(z * rows + row) * inputs + i]! += slope * w!.data[from + o]! * g!.data[up + o]!;
      });
    return { shape, data };
  },
});

export const splineWeightGradReference = defineReference(splineWeightGrad, {
  evaluate([x, g], { shape, attrs }) {
    const data = new Float64Array(elements(shape));
    const [, weightRows, outputs] = as3d(shape);
    for (let z = 0; z < shape[0]!; z++)
      eachTerm(x!, z, attrs, valueOf(attrs), (row, _, weightRow, value) => {
        const [to, up] = [(z * weightRows + weightRow) * outputs, startOf(g!, z) + row * outputs];
        for (let o = 0; o < outputs; o++) data[to + o]! += value * g!.data[up + o]!;
      });
    return { shape, data };
  },
});
