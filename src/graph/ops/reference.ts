import { ActigradError } from "../../core/errors.ts";
import { type Shape, elements, withRank } from "../../core/shape.ts";
import type { Node, StepValues } from "../graph.ts";

/** What a reference computes with; data that only a gather reads may stay in its own type. */
export type RefArray = Float64Array | Float32Array | Uint32Array | Uint8Array;

/** A tensor of the CPU reference: row-major, no padding. Every op's result is float64. */
export interface RefTensor {
  readonly shape: Shape;
  readonly data: RefArray;
}

/** An op's meaning in float64, written independently of its kernel. */
export interface Reference<A = unknown> {
  /** The op's value from those of its inputs, float64; `step` holds the step's scalars. */
  evaluate(inputs: readonly RefTensor[], node: Node<A>, step: StepValues): RefTensor;
  /** For pointwise ops: the value at one position. */
  readonly scalar?: (...args: number[]) => number;
}

/** A step scalar that all replicas share. @throws ActigradError "option" when it is not given. */
export function stepNumber(step: StepValues, name: string): number {
  const value = step[name];
  if (typeof value === "number") return value;
  throw new ActigradError("option", `the step scalar "${name}" needs one value, got ${String(value)}`);
}

/** Maps an output index to an input's index under broadcasting (see `withRank`). */
export function broadcastIndex(from: Shape, to: Shape): (index: number) => number {
  if (elements(from) === 1) return () => 0;
  if (elements(from) === elements(to)) return (index) => index;
  const sizes = withRank(from, to.length);
  const strides: { size: number; stride: number }[] = [];
  let stride = 1;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    strides.push({ size: to[axis]!, stride: sizes[axis] === 1 ? 0 : stride });
    stride *= sizes[axis]!;
  }
  return (index) => {
    let rest = index;
    let offset = 0;
    for (const { size, stride: s } of strides) {
      offset += (rest % size) * s;
      rest = Math.floor(rest / size);
    }
    return offset;
  };
}

/** The reference of a pointwise op from its scalar function. */
export function pointwiseReference<A>(f: (...args: number[]) => number): Reference<A> {
  return {
    scalar: f,
    evaluate(inputs, { shape }) {
      const at = inputs.map((t) => broadcastIndex(t.shape, shape));
      const out = new Float64Array(elements(shape));
      for (let i = 0; i < out.length; i++) out[i] = f(...inputs.map((t, k) => t.data[at[k]!(i)]!));
      return { shape, data: out };
    },
  };
}
