import { ActigradError } from "../../core/errors.ts";
import { type Shape, elements, withRank } from "../../core/shape.ts";
import type { StepValues } from "../graph.ts";

/** A step scalar shared by all replicas. @throws ActigradError "option" if it is not given */
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
