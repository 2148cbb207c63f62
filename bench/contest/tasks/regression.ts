import type { Task } from "../task.ts";
import { points } from "./points.ts";

const rows = {
  S: { train: 400, validation: 200, test: 1000 },
  M: { train: 2000, validation: 1000, test: 4000 },
  L: { train: 10_000, validation: 2000, test: 8000 },
};

/** Friedman's first function (1991), made to have a variance of about 1, and noise of a tenth of it. */
export const regression: Task = {
  about:
    "Friedman's function of five of ten features with noise, by a perceptron: a smooth function, and features without information",
  measure: "rmse",
  sizes: {
    S: { batch: 64, steps: 500, widths: [32, 32] },
    M: { batch: 100, steps: 1500, widths: [48, 48] },
    L: { batch: 128, steps: 10_000, widths: [128, 128] },
  },
  load: (_, level) =>
    points({
      name: "friedman",
      rows: rows[level],
      inputs: 10,
      noise: 0.3,
      task: "values",
      at(point) {
        const [a, b, c, d, e] = point.map((x) => (x + 1) / 2) as [number, number, number, number, number];
        return (10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e - 14.4) / 4.9;
      },
    }),
};
