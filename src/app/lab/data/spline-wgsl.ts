/** A spline as a standalone WGSL function. */
import { splineWgsl } from "../../../activations/spline-text.ts";
import type { Point } from "./spline-points.ts";

/** `fn spline(x: f32) -> f32`: the text of the engine's kernels, with the points as constants. */
export function splineFunction(points: readonly Point[], monotone: boolean): string {
  const float = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));
  const { f } = splineWgsl({ count: points.length, monotone });
  const constants = points.map(
    ([x, y], i) => `  const x${i} = f32(${float(x)}); const y${i} = f32(${float(y)});`,
  );
  const body = f
    .split("\n")
    .map((line) => `  ${line.trim()}`)
    .filter((line) => line.trim() !== "");
  return ["alias T = f32;", "fn spline(x: f32) -> f32 {", ...constants, ...body, "}", ""].join("\n");
}
