import type { Task } from "../task.ts";
import { points } from "./points.ts";

const rows = {
  S: { train: 600, validation: 200, test: 1000 },
  M: { train: 4000, validation: 1000, test: 4000 },
  L: { train: 16_000, validation: 4000, test: 8000 },
};

/** Numbers with a long tail, a category of four values, and rules with thresholds, as tables have them. */
export const tabular: Task = {
  about:
    "three classes by rules over long-tailed numbers and a category, one row in twenty mislabelled, by a perceptron",
  measure: "accuracy",
  sizes: {
    S: { batch: 64, steps: 500, widths: [32, 32] },
    M: { batch: 100, steps: 1500, widths: [48, 48] },
    L: { batch: 256, steps: 10_000, widths: [128, 128] },
  },
  load: (_, level) =>
    points({
      name: "rules",
      rows: rows[level],
      inputs: 6,
      task: "classes",
      at([a, b, c, d, e, f], u) {
        const kind = Math.min(3, Math.floor(2 * (f! + 1)));
        const risky =
          kind === 0 ? a! > 0.2 : kind === 1 ? a! + b! > 0.4 : kind === 2 ? c! * d! > 0 : b! < -0.3;
        const label = risky ? (e! > 0.1 ? 2 : 1) : c! > 0.6 ? 1 : 0;
        return u < 0.05 ? (label + 1) % 3 : label;
      },
      seen([a, b, c, d, e, f]) {
        const kind = Math.min(3, Math.floor(2 * (f! + 1)));
        const longTail = (x: number): number => (Math.exp(2 * x) - 1.8) / 2;
        return [longTail(a!), longTail(b!), c!, d!, e!, ...[0, 1, 2, 3].map((k) => Number(k === kind))];
      },
    }),
};
