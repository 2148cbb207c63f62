import { normal, uniform } from "../../src/core/random.ts";
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

/** A table of 150 flowers like those of Fisher's iris: 50 of each species, two of which overlap. */
export function irisLikeCsv(): string {
  const names = ["setosa", "versicolor", "virginica"];
  const means = [
    [5.0, 3.4, 1.5, 0.2],
    [5.9, 2.8, 4.3, 1.3],
    [6.6, 3.0, 5.5, 2.0],
  ];
  const noise = normal(3, 1, 150 * 5);
  const rows = Array.from({ length: 150 }, (_, i) => {
    const species = Math.floor(i / 50);
    const size = 0.3 * noise[i * 5 + 4]!; // large flowers are large in every way
    const columns = means[species]!.map((mean, c) => mean + (c < 2 ? 0.3 : 0.2) * noise[i * 5 + c]! + size);
    return [...columns.map((v) => Math.max(0.1, v).toFixed(1)), names[species]].join(",");
  });
  return `sepal_length,sepal_width,petal_length,petal_width,species\n${rows.join("\n")}\n`;
}
