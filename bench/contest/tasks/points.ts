/** Rows that are computed: a function of points, with noise that depends on the seed alone. */
import { normal, streamOf, uniform } from "../../../src/core/random.ts";
import { dataset } from "../../../src/index.ts";
import type { Rows } from "../task.ts";

/** Numbers to predict, at most. */
const WIDTH = 8;

/** What a task computes for one point. */
export interface PointsSpec {
  readonly name: string;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly inputs: number;
  /** Standard deviation of what is added to each value, in all rows alike. Default 0. */
  readonly noise?: number;
  readonly task: "classes" | "values";
  /** A class, or the numbers to predict, at a point of [-1, 1]^inputs; `u` is uniform in [0, 1). */
  at(point: readonly number[], u: number): number | readonly number[];
  /** What the network sees of the point; itself by default. */
  seen?(point: readonly number[]): readonly number[];
}

/** Three independent draws of points, uniform in the box. */
export function points({ name, rows, inputs, noise = 0, task, at, seen = (p) => p }: PointsSpec): Rows {
  const part = (kind: keyof typeof rows) => {
    const count = rows[kind];
    const stream = streamOf(`contest ${name} ${kind}`);
    const where = uniform(0, stream, count * (inputs + 1));
    const away = normal(1, stream, count * WIDTH);
    const x: (readonly number[])[] = [];
    const y: (readonly number[])[] = [];
    for (let i = 0; i < count; i++) {
      const own = [...where.subarray(i * (inputs + 1), (i + 1) * (inputs + 1))];
      const point = own.slice(0, inputs).map((u) => 2 * u - 1);
      x.push(seen(point));
      y.push([at(point, own[inputs]!)].flat().map((v, k) => v + noise * away[i * WIDTH + k]!));
    }
    return dataset(x, task === "classes" ? y.flat() : y, { name, task });
  };
  return { train: part("train"), validation: part("validation"), test: part("test") };
}
