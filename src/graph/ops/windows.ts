import permuteFile from "../../../shaders/permute.wgsl?raw";
import { ActigradError } from "../../core/errors.ts";
import { permute } from "../../core/random.ts";
import { type DType, elements, formatType } from "../../core/shape.ts";
import type { Graph, Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { functionsOf } from "../../core/wgsl.ts";
import { stepNumber } from "./reference.ts";

/** Where a step's windows are in a sequence of tokens. */
export interface WindowPlacesAttrs {
  /** Rows: windows, or with `each` above 1 their places, one window after the other. */
  readonly count: number;
  /** Rows per window. */
  readonly each: number;
  /** Number of windows to choose from, and the distance between their starts. */
  readonly windows: number;
  readonly stride: number;
  /** Offset: 1 for the tokens that follow. */
  readonly shift: number;
  /** A seed shuffles every epoch differently; null takes them in order. */
  readonly seed: number | null;
}

/**
 * Places in a sequence of tokens, u32 [1, count, 1]: windows start, start + 1, ... through the bijection of an epoch, each with
 * its rows one after the other. Step scalars as in `batchIndices`.
 */
export const windowPlacesOp: Op<WindowPlacesAttrs> = engineOp({
  name: "windowPlaces",
  shape: (_, { count }) => ({ shape: [1, count, 1], dtype: "u32" satisfies DType }),
  flops: () => 0,
  kernel: {
    kind: "pointwise",
    uses: "row",
    wgsl(_, { each, windows, stride, shift, seed }, at) {
      const position = `(${at.step("start")} + ${at.row} / ${each}u)`;
      const window =
        seed === null
          ? position
          : `permute_(${position}, ${windows}u, vec2u(${at.step("key0")}, ${at.step("key1")}))`;
      return `U(${window} * ${stride}u + ${at.row} % ${each}u + ${shift}u)`;
    },
    functions: () => functionsOf(permuteFile),
    steps: ({ seed }) => (seed === null ? ["start"] : ["start", "key0", "key1"]),
  },
});

export const windowPlaces = (graph: Graph, attrs: WindowPlacesAttrs): Node =>
  graph.add(windowPlacesOp, [], attrs);

export const windowPlacesReference = defineReference(windowPlacesOp, {
  evaluate(_, { shape, attrs: { each, windows, stride, shift, seed } }, step) {
    const start = stepNumber(step, "start");
    const epoch = seed === null ? 0 : stepNumber(step, "epoch");
    const data = Float64Array.from({ length: shape[1]! }, (_unused, row) => {
      const position = start + Math.floor(row / each);
      const window = seed === null ? position : permute(position, windows, seed, epoch);
      return window * stride + (row % each) + shift;
    });
    return { shape, data };
  },
});

/** Numbers of a sequence from a place on. */
export interface WindowAttrs {
  readonly length: number;
}

/**
 * `length` numbers of a sequence [1, 1, n] from each place u32 [1, rows, 1] on: [1, rows, length]. Past the end the last one
 * repeats. A view.
 */
export const windowOp: Op<WindowAttrs> = engineOp({
  name: "window",
  shape([run, places], { length }) {
    if (elements(run!.shape) !== run!.shape.at(-1) || places!.dtype !== "u32" || places!.shape.at(-1) !== 1)
      throw new ActigradError(
        "shape",
        `window: a run [1, 1, n] and places u32[1, rows, 1] are needed, got ${formatType(run!)} and ${formatType(places!)}`,
      );
    return { shape: [1, places!.shape[1]!, length], dtype: run!.dtype };
  },
  flops: () => 0,
  kernel: {
    kind: "view",
    uses: "row",
    read({ input, output, buffer, args: [place], own, dim }) {
      const at = own("at");
      const last = dim("last", input.shape.at(-1)! - 1);
      const lines = [`let ${at} = min(vec4u(${place}.x + c * 4u) + vec4u(0u, 1u, 2u, 3u), vec4u(${last}));`];
      const lane = (l: string): string => `${buffer}[${at}.${l} >> 2u][${at}.${l} & 3u]`;
      const type = output.dtype === "u32" ? "U" : "T";
      return { lines, value: `${type}(${["x", "y", "z", "w"].map(lane).join(", ")})` };
    },
  },
});

export const windowAt = (run: Node, places: Node, length: number): Node =>
  run.graph.add(windowOp, [run, places], { length });

export const windowReference = defineReference(windowOp, {
  evaluate([run, places], { shape, attrs: { length } }) {
    const last = run!.data.length - 1;
    const data = Float64Array.from(
      { length: elements(shape) },
      (_, i) => run!.data[Math.min(places!.data[Math.floor(i / length)]! + (i % length), last)]!,
    );
    return { shape, data };
  },
});
