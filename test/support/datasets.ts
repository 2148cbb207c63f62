import { uniform } from "../../src/core/random.ts";
import type { ClassDataset } from "../../src/data/dataset.ts";

/** Points of the unit cube with classes by their first coordinate: easy to learn, deterministic. */
export function pointsInClasses(rows: number, features: number, classes: number): ClassDataset {
  const x = uniform(7, 1, rows * features);
  const labels = Uint32Array.from({ length: rows }, (_, i) => Math.floor(x[i * features]! * classes));
  return {
    kind: "classes",
    name: "points",
    rows,
    shape: [features],
    x: x.map((v) => 2 * v - 1),
    labels,
    classes,
  };
}
