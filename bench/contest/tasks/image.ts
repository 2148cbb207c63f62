import type { Task } from "../task.ts";
import { points } from "./points.ts";

const rows = {
  S: { train: 1024, validation: 512, test: 1024 },
  M: { train: 4096, validation: 1024, test: 4096 },
  L: { train: 16_384, validation: 4096, test: 16_384 },
};

/** A picture as a function: rings, a soft slope and a disc with an edge. Its values lie in [0, 1]. */
const brightness = ([x, y]: readonly number[]): number => {
  const rings = 0.25 + 0.25 * Math.sin(12 * Math.hypot(x! + 0.3, y! - 0.2));
  const disc = Math.hypot(x! - 0.4, y! + 0.4) < 0.35 ? 0.4 : 0;
  return rings + disc + 0.05 * (x! + y!);
};

export const image: Task = {
  about:
    "an image as a network: coordinates in, brightness out, by a perceptron; judged between the training points",
  measure: "psnr",
  sizes: {
    S: { batch: 256, steps: 600, widths: [32, 32, 32] },
    M: { batch: 256, steps: 1000, widths: [48, 48, 48] },
    L: { batch: 1024, steps: 10_000, widths: [128, 128, 128] },
  },
  load: (_, level) =>
    points({ name: "picture", rows: rows[level], inputs: 2, task: "values", at: (p) => brightness(p) }),
};
