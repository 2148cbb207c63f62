import random from "../../shaders/random.wgsl?raw";
import { domains } from "../core/random.ts";
import { type Shape, rowSlots } from "../core/shape.ts";
import { functionsOf, literal } from "../core/wgsl.ts";
import type { RecordOp } from "./record-op.ts";

/** What `noise` draws. */
export interface NoiseAttrs {
  readonly low: number;
  readonly high: number;
  /** The first axis is 1: all replicas get the same numbers. */
  readonly shape: Shape;
  /** A u32 that separates different draws of one step: `streamOf(name)`. */
  readonly stream: number;
}

/**
 * A random number in [low, high) for each element of [1, ..., columns], new in every step. All replicas get the same numbers, as
 * they get the same batches. Numbers are computed where they are read, also in backward, and never stored. Counter: [slot, stream,
 * start, dropout], key: [key0, key1]. These step scalars also determine a step's batch; the bits equal those of `core/random.ts`.
 */
export const noiseOp: RecordOp<NoiseAttrs> = {
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
};
