import { ActigradError } from "../../core/errors.ts";
import { type TensorType, elements, formatType } from "../../core/shape.ts";
import type { Node, Op, RefTensor } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { matmul } from "./matmul.ts";
import { backwardKernel, forwardKernel } from "./recurrentKernel.ts";
import { type Cell, type RecurrentAttrs, backOf, cells, stepOf } from "./recurrentCells.ts";
import { sumTo } from "./reduce.ts";
import { regroup } from "./regroup.ts";
import { pick } from "./view.ts";

/** Bytes of workgroup memory that every adapter has. */
const WORKGROUP_BYTES = 16_384;

/** Most units whose state and gates fit a workgroup. */
export const mostUnits = (cell: Cell): number => Math.floor(WORKGROUP_BYTES / 4 / (1 + cells[cell].gates));

function checkRecurrent(
  x: TensorType,
  w: TensorType,
  start: TensorType | undefined,
  attrs: RecurrentAttrs,
): number {
  const { cell, hidden, bias } = attrs;
  const { gates, states } = cells[cell];
  const most = mostUnits(cell);
  if (hidden > most) {
    throw new ActigradError(
      "limit",
      `${cell}: ${hidden} units, the state of at most ${most} fits a workgroup`,
      {
        hint: `take at most ${most} units, or several layers`,
      },
    );
  }
  const [z, batch] = x.shape as [number, number];
  const replicas = Math.max(z, w.shape[0]!, start?.shape[0] ?? 1);
  const fits =
    x.shape.length === 4 &&
    x.shape[3] === gates * hidden &&
    w.shape.length === 3 &&
    w.shape[1] === hidden + (bias ? 1 : 0) &&
    w.shape[2] === gates * hidden &&
    (start === undefined ||
      (start.shape.length === 3 && start.shape[1] === batch && start.shape[2] === states * hidden)) &&
    [x, w, ...(start ? [start] : [])].every(({ shape }) => shape[0] === 1 || shape[0] === replicas);
  if (fits) return replicas;
  throw new ActigradError(
    "shape",
    `${cell}: ${[x, w, ...(start ? [start] : [])].map(formatType).join(" with ")} for ${hidden} units`,
    {
      hint: `gates are [replicas, batch, time, ${gates * hidden}], the weight [replicas, ${hidden + (bias ? 1 : 0)}, ${gates * hidden}]`,
    },
  );
}

/** The states before the first step and after each: [Z, batch, time + 1, states * hidden]. One dispatch runs all steps. */
export const recurrentOp: Op<RecurrentAttrs> = engineOp({
  name: "recurrent",
  shape([x, w, start], attrs) {
    const z = checkRecurrent(x!, w!, start, attrs);
    return {
      shape: [z, x!.shape[1]!, x!.shape[2]! + 1, cells[attrs.cell].states * attrs.hidden],
      dtype: "f32",
    };
  },
  vjp({ inputs, output, attrs }, g) {
    const [x, w, start] = inputs as [Node, Node, Node?];
    const { hidden, cell, bias, started } = attrs;
    const { gates, states, back } = cells[cell];
    const all = g.graph.add(recurrentGrad, [x, w, output, g], attrs);
    const time = x.shape[2]!;
    const rows = (of: Node, start: number, size: number): Node =>
      start === 0 && of.shape[2] === size ? of : pick(of, { axis: 2, start, step: 1, size });
    const columns = (of: Node, start: number, size: number): Node =>
      start === 0 && of.shape[3] === size ? of : pick(of, { axis: 3, start, step: 1, size });
    const gatesOf = rows(all, 0, time);
    const before = rows(columns(output, 0, hidden), 0, time);
    const fromState = columns(gatesOf, (back - gates) * hidden, gates * hidden);
    return [
      sumTo(columns(gatesOf, 0, gates * hidden), x.shape),
      sumTo(matmul(before, fromState, "atb", bias), w.shape),
      ...(started
        ? [sumTo(regroupStart(columns(rows(all, time, 1), 0, states * hidden)), start!.shape)]
        : []),
    ];
  },
  flops: ({ inputs: [x], attrs: { hidden } }) => 2 * elements(x!.shape) * hidden,
  kernel: forwardKernel,
});

/** [Z, batch, 1, n] as [Z, batch, n]. */
const regroupStart = (row: Node): Node => regroup(row, [row.shape[1]!]);

/**
 * The gradients of each step's gates, and in one more row that of the first state, if given. Runs through the steps in reverse.
 */
export const recurrentGrad: Op<RecurrentAttrs> = engineOp({
  name: "recurrentGrad",
  shape([x, w, states], attrs) {
    checkRecurrent(x!, w!, undefined, attrs);
    const time = x!.shape[2]! + (attrs.started ? 1 : 0);
    return {
      shape: [states!.shape[0]!, x!.shape[1]!, time, cells[attrs.cell].back * attrs.hidden],
      dtype: "f32",
    };
  },
  flops: ({ inputs: [x], attrs: { hidden } }) => 4 * elements(x!.shape) * hidden,
  kernel: backwardKernel,
});

/**
 * A recurrent layer's states: before the first step and after each, f32[Z, batch, time + 1, states * hidden]; an LSTM's h comes
 * before c.
 * @param x gates from the inputs, biases added: f32[Z, batch, time, gates * hidden], in PyTorch's order (gru r z n, lstm i f g o)
 * @param w f32[Z, hidden (+ 1), gates * hidden]; the bias is its last row
 * @param start the first state f32[Z, batch, states * hidden]; 0 by default
 * @throws ActigradError "shape" for tensors that do not fit, "limit" for more units than fit a workgroup
 */
export const recurrent = (
  x: Node,
  w: Node,
  { start, ...attrs }: Omit<RecurrentAttrs, "started"> & { readonly start?: Node },
): Node =>
  x.graph.add(recurrentOp, start === undefined ? [x, w] : [x, w, start], {
    ...attrs,
    started: start !== undefined,
  });

/** Both sides of the gates of one unit. */
interface Gates {
  readonly i: number[];
  readonly s: number[];
}

/** The gates of each unit in one step of a sample. */
function gatesAt(
  [x, w]: readonly RefTensor[],
  { cell, hidden, bias }: RecurrentAttrs,
  [replica, batch, sample, t]: readonly [number, number, number, number],
  before: Float64Array,
): Gates[] {
  const { gates } = cells[cell];
  const width = gates * hidden;
  const time = x!.shape[2]!;
  const row = (((x!.shape[0] === 1 ? 0 : replica) * batch + sample) * time + t) * width;
  const own = (w!.shape[0] === 1 ? 0 : replica) * w!.shape[1]! * width;
  return Array.from({ length: hidden }, (_, j) => {
    const sums = Array.from({ length: gates }, (_unused, gate) => {
      let sum = bias ? w!.data[own + hidden * width + gate * hidden + j]! : 0;
      for (let k = 0; k < hidden; k++) sum += before[k]! * w!.data[own + k * width + gate * hidden + j]!;
      return sum;
    });
    return { i: sums.map((_unused, gate) => x!.data[row + gate * hidden + j]!), s: sums };
  });
}

export const recurrentReference = defineReference(recurrentOp, {
  evaluate(inputs, { shape, attrs }) {
    const { cell, hidden } = attrs;
    const [z, batch, rows, width] = shape as [number, number, number, number];
    const data = new Float64Array(elements(shape));
    const start = inputs[2];
    for (let line = 0; line < z * batch; line++) {
      const [replica, sample] = [Math.floor(line / batch), line % batch];
      const from = ((start?.shape[0] === 1 ? 0 : replica) * batch + sample) * width;
      if (start !== undefined) data.set(start.data.subarray(from, from + width), line * rows * width);
      for (let t = 0; t + 1 < rows; t++) {
        const at = (line * rows + t) * width;
        const before = data.subarray(at, at + width);
        for (const [j, { i, s }] of gatesAt(inputs, attrs, [replica, batch, sample, t], before).entries()) {
          const [h, c] = stepOf(cell, i, s, before[j]!, before[hidden + j] ?? 0);
          data[at + width + j] = h;
          if (cells[cell].states === 2) data[at + width + hidden + j] = c;
        }
      }
    }
    return { shape, data };
  },
});

export const recurrentGradReference = defineReference(recurrentGrad, {
  evaluate(inputs, { shape, attrs }) {
    const { cell, hidden, started } = attrs;
    const { gates, states, back } = cells[cell];
    const [z, batch, outRows, outWidth] = shape as [number, number, number, number];
    const [x, w, all, g] = inputs as [RefTensor, RefTensor, RefTensor, RefTensor];
    const time = x.shape[2]!;
    const width = states * hidden;
    const data = new Float64Array(elements(shape));
    for (let line = 0; line < z * batch; line++) {
      const [replica, sample] = [Math.floor(line / batch), line % batch];
      let [dh, dc] = [new Float64Array(hidden), new Float64Array(hidden)];
      const cotangent = (t: number, j: number): number => g.data[(line * (time + 1) + t) * width + j]!;
      for (let t = time - 1; t >= 0; t--) {
        const at = (line * (time + 1) + t) * width;
        const before = Float64Array.from(all.data.subarray(at, at + width));
        const both = gatesAt([x, w], attrs, [replica, batch, sample, t], before);
        const [nextH, nextC] = [new Float64Array(hidden), new Float64Array(hidden)];
        const out = (line * outRows + t) * outWidth;
        const own = (w.shape[0] === 1 ? 0 : replica) * w.shape[1]! * gates * hidden;
        for (const [j, { i, s }] of both.entries()) {
          const ch = dh[j]! + cotangent(t + 1, j);
          const cc = states === 2 ? dc[j]! + cotangent(t + 1, hidden + j) : 0;
          const step = backOf(cell, i, s, before[j]!, before[hidden + j] ?? 0, ch, cc);
          nextH[j]! += step.h;
          nextC[j]! += step.c;
          for (let gate = 0; gate < gates; gate++) {
            data[out + gate * hidden + j] = step.i[gate]!;
            data[out + (back - gates + gate) * hidden + j] = step.s[gate]!;
            for (let k = 0; k < hidden; k++)
              nextH[k]! += step.s[gate]! * w.data[own + k * gates * hidden + gate * hidden + j]!;
          }
        }
        [dh, dc] = [nextH, nextC];
      }
      if (!started) continue;
      const out = (line * outRows + time) * outWidth;
      for (let j = 0; j < hidden; j++) {
        data[out + j] = dh[j]! + cotangent(0, j);
        if (states === 2) data[out + hidden + j] = dc[j]! + cotangent(0, hidden + j);
      }
    }
    return { shape, data };
  },
});
