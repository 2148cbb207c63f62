import random from "../../../shaders/random.wgsl?raw";
import { domains, philox } from "../../core/random.ts";
import { type Shape, elements, rowSlots, rows } from "../../core/shape.ts";
import type { Graph, Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { functionsOf } from "../wgsl.ts";
import { stepNumber } from "./reference.ts";
import { literal } from "./source.ts";

/** What `noise` draws. */
export interface NoiseAttrs {
  readonly low: number;
  readonly high: number;
  /** The first axis is 1: all replicas see the same. */
  readonly shape: Shape;
  /** A u32 that tells apart what a step draws: `streamOf(name)`. */
  readonly stream: number;
}

/**
 * A number of [low, high) for each element of [1, ..., columns], drawn anew in every step. All replicas see the same,
 * as they see the same batches. It is computed where it is read, backward too, and never stored.
 * Counter: [slot, stream, start, dropout], key: [key0, key1]: the step scalars that name a step's batch name its noise,
 * and the bits are those of `core/random.ts`.
 */
export const noiseOp: Op<NoiseAttrs> = engineOp({
  name: "noise",
  shape: (_, { shape }) => ({ shape, dtype: "f32" }),
  kernel: {
    kind: "pointwise",
    uses: "slot",
    wgsl(_, { low, high, shape, stream }, at) {
      const block = `${at.row} * ${at.dim("noise_m", rowSlots(shape))} + ${at.slot}`;
      const counter = `vec4u(${block}, ${stream}u, ${at.step("start")}, ${domains.dropout}u)`;
      const words = `philox_(${counter}, vec2u(${at.step("key0")}, ${at.step("key1")}))`;
      return `(T(${words} >> vec4u(8u)) * ${literal((high - low) * 2 ** -24)} + ${literal(low)})`;
    },
    functions: () => functionsOf(random),
    steps: () => ["start", "key0", "key1"],
  },
});

/** Uniform random numbers from low to high, new in every step, the same for the same seed: f32 of `shape`. */
export const noise = (graph: Graph, attrs: NoiseAttrs): Node<NoiseAttrs> => graph.add(noiseOp, [], attrs);

export const noiseReference = defineReference(noiseOp, {
  evaluate(_, { shape, attrs: { low, high, stream } }, step) {
    const key = [stepNumber(step, "key0"), stepNumber(step, "key1")] as const;
    const start = stepNumber(step, "start");
    const data = new Float64Array(elements(shape));
    const [columns, pitch] = [shape.at(-1)!, rowSlots(shape)];
    for (let row = 0; row < rows(shape); row++) {
      for (let slot = 0; slot < pitch; slot++) {
        const words = philox([row * pitch + slot, stream, start, domains.dropout], key);
        for (let lane = 0; lane < 4 && slot * 4 + lane < columns; lane++)
          data[row * columns + slot * 4 + lane] = low + (words[lane]! >>> 8) * 2 ** -24 * (high - low);
      }
    }
    return { shape, data };
  },
});
