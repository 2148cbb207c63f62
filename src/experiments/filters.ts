/** The effect of training on the filters of convolutions. */
import type { Trainer, Weights } from "../index.ts";

/** Each replica's filters: its weights with four axes. */
export const filtersOf = (trainer: Trainer): Promise<Weights[]> =>
  Promise.all(
    Array.from({ length: trainer.replicas }, async (_, r) => {
      const all = await trainer.weights(r);
      return new Map([...all].filter(([, { shape }]) => shape.length === 4));
    }),
  );

/** The change of all filters, joined into one vector. */
export const moved = (from: Weights, to: Weights): number[] =>
  [...to].flatMap(([name, { data }]) => {
    const start = from.get(name)!.data;
    return Array.from(data, (v, i) => v - start[i]!);
  });

export const lengthOf = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

export const cosineOf = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + v * b[i]!, 0) / (lengthOf(a) * lengthOf(b));
