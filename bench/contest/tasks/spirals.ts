import { loadDataset, split } from "../../../src/index.ts";
import type { Task } from "../task.ts";

const rows = { S: 500, M: 2000, L: 4000 };

export const spirals: Task = {
  about: "two spirals with noise, by a perceptron of two hidden layers: a winding boundary",
  measure: "accuracy",
  sizes: {
    S: { batch: 64, steps: 600, widths: [24, 24] },
    M: { batch: 100, steps: 1500, widths: [48, 48] },
    L: { batch: 128, steps: 10_000, widths: [128, 128, 128] },
  },
  async load(host, level) {
    const { train: all, test } = await loadDataset(`spirals:n=${rows[level]},turns=1.5,noise=0.06`, host);
    const { train, test: validation } = split(all, { fraction: 0.2 });
    return { train, validation, test };
  },
};
