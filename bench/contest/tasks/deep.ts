import type { Task } from "../task.ts";
import { points } from "./points.ts";

const rows = {
  S: { train: 400, validation: 200, test: 400 },
  M: { train: 2000, validation: 1000, test: 2000 },
  L: { train: 8000, validation: 2000, test: 4000 },
};

/** He's starting weights preserve a rectifier's signal through this many layers; the task shows what others do with them. */
export const deep: Task = {
  about:
    "a 3 x 3 chessboard, by a perceptron of 20 narrow layers without normalisation: can it be trained at all?",
  measure: "accuracy",
  sizes: {
    S: { batch: 32, steps: 500, widths: new Array<number>(20).fill(12) },
    M: { batch: 100, steps: 1500, widths: new Array<number>(20).fill(16) },
    L: { batch: 128, steps: 10_000, widths: new Array<number>(20).fill(32) },
  },
  load: (_, level) =>
    points({
      name: "chessboard",
      rows: rows[level],
      inputs: 2,
      task: "classes",
      at: ([x, y]) => (Math.floor(1.5 * (x! + 1)) + Math.floor(1.5 * (y! + 1))) % 2,
    }),
};
