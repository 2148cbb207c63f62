import { type NoiseAttrs, noiseOp as drawn } from "../../activations/drawn.ts";
import { domains, philox } from "../../core/random.ts";
import { elements, rowSlots, rows } from "../../core/shape.ts";
import type { Graph, Node, Op } from "../graph.ts";
import { defineReference } from "../op.ts";
import { stepNumber } from "./reference.ts";

export type { NoiseAttrs };

/** Drawn for each element; imported by the records that draw. */
export const noiseOp: Op<NoiseAttrs> = drawn;

/** Uniform random numbers from low to high, new in every step, the same for the same seed: f32 with this `shape`. */
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
