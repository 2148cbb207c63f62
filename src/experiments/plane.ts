/** Sets of 400 points in the plane that show what a network can and cannot separate. */
import { uniform } from "../core/random.ts";
import { type ClassDataset, synthetic } from "../index.ts";

const ROWS = 400;

/** Two waves, one above the other: a bent line separates them, a straight one does not. */
function curves(seed: number): ClassDataset {
  const at = uniform(seed, 1, ROWS);
  const labels = Uint32Array.from({ length: ROWS }, (_, i) => i % 2);
  const x = new Float32Array(2 * ROWS);
  for (let i = 0; i < ROWS; i++) {
    x[2 * i] = 2 * at[i]! - 1;
    x[2 * i + 1] = 0.36 * Math.cos(Math.PI * x[2 * i]!) + (labels[i] === 0 ? 0.3 : -0.3);
  }
  return { kind: "classes", name: "curves", rows: ROWS, shape: [2], x, labels, classes: 2 };
}

/** The sets by name. Their seed is always 0, so that runs differ only in the weights. */
export const planeSets = {
  xor: () => synthetic("xor", ROWS),
  circles: () => synthetic("circles", ROWS),
  curves: () => curves(0),
  spirals: () => synthetic("spirals", ROWS, { turns: 1.5 }),
} as const satisfies Record<string, () => ClassDataset>;

export type PlaneSet = keyof typeof planeSets;
export const planeNames = Object.keys(planeSets) as PlaneSet[];
