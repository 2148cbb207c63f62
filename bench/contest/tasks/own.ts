import { ActigradError } from "../../../src/core/errors.ts";
import { loadDataset, split } from "../../../src/index.ts";
import type { Rows, Task } from "../task.ts";

/** A custom dataset, as `train` takes it: by a perceptron, the same rows for all seeds. */
export const own = (dataset: string): Task => ({
  about: `${dataset}, by a perceptron of two hidden layers`,
  measure: "accuracy",
  sizes: {
    S: { batch: 64, steps: 500, widths: [32, 32] },
    M: { batch: 128, steps: 3000, widths: [64, 64] },
    L: { batch: 128, steps: 10_000, widths: [128, 128] },
  },
  async load(host): Promise<Rows> {
    const { train: all, test, scaling } = await loadDataset(dataset, host);
    const { train, test: validation } = split(all, { fraction: 0.2 });
    return { train, validation, test, scaling };
  },
});

/** What a task measures on rows that have come. @throws ActigradError "data" for fewer rows than a batch */
export function fitOwn(task: Task, rows: Rows): Task {
  if (rows.train.rows < 8)
    throw new ActigradError("data", `own: expected at least 8 training rows, got ${rows.train.rows}`);
  const batch = (most: number): number => Math.min(most, rows.train.rows);
  const { S, M, L } = task.sizes;
  return {
    ...task,
    measure: rows.train.kind === "classes" ? "accuracy" : "rmse",
    sizes: {
      S: { ...S, batch: batch(S.batch) },
      M: { ...M, batch: batch(M.batch) },
      L: { ...L, batch: batch(L.batch) },
    },
  };
}
