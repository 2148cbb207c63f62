import library from "../../../shaders/bfloat16.wgsl?raw";
import { functionsOf } from "../../core/wgsl.ts";
import type { Node, Op } from "../graph.ts";
import type { Packing } from "../kernel-spec.ts";
import { defineReference, engineOp } from "../op.ts";

const named = (name: string) => functionsOf(library).find((fn) => fn.name === name)!;

const packing: Packing = {
  dtype: "bf16",
  slot: "vec2u",
  applyTo(text, buffer) {
    const [pack, unpack] = [named("pack_bfloat16_"), named("unpack_bfloat16_")];
    const body = text.replaceAll(
      // An index contains at most one level of brackets, for a vector's lane.
      new RegExp(`\\b${buffer}(\\[(?:[^[\\]]|\\[[^[\\]]*\\])*\\])( = ([^;]+))?`, "g"),
      (_, at: string, store: string | undefined, value: string) =>
        store === undefined ? `${unpack.name}(${buffer}${at})` : `${buffer}${at} = ${pack.name}(${value})`,
    );
    return text.includes(unpack.text) ? body : [pack.text, unpack.text, body].join("\n");
  },
};

/** Rounds each number to the nearest bfloat16 (8 significant bits, float32's range). Kernels may store the result in two bytes. */
export const bfloat16Op: Op<null> = engineOp({
  name: "bfloat16",
  shape: ([x]) => ({ shape: x!.shape, dtype: "f32" }),
  vjp: (_, g) => [g],
  kernel: {
    kind: "pointwise",
    wgsl: ([x]) => `bfloat16_(${x})`,
    functions: () => [named("bfloat16_")],
    packing: () => packing,
  },
});

export const bfloat16 = (x: Node): Node => x.graph.add(bfloat16Op, [x], null);

/** The nearest number with 8 significant bits, ties to even. */
export const bfloat16Reference = defineReference(bfloat16Op, ([given]) => {
  const x = given!;
  if (x === 0 || !Number.isFinite(x)) return x;
  // Below the smallest normal float32, steps are those of denormals.
  const step = 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 7);
  const scaled = x / step;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const rounded = (below + (rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? 1 : 0)) * step;
  return Math.abs(rounded) >= 2 ** 128 ? Math.sign(x) * Infinity : rounded;
});
