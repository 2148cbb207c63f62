/** Whether an activation's outputs lie about zero, which two experiments ask: of trained networks 784-[64]x2-10. */
import { type ClassDataset, probes } from "../index.ts";
import { measure } from "./measures.ts";
import { imageNet } from "./networks.ts";
import type { Place } from "./place.ts";

/** The first hidden layer's outputs: the reference's figures are this layer's. */
const LAYER = "1";

interface Centring {
  readonly batch: number;
  readonly steps: number;
  readonly lr: number;
  readonly looked: number;
}

/** Mean over standard deviation of the first hidden layer's outputs after training, one value per seed. */
export const meanOverStd = (
  place: Place,
  activation: string,
  data: ClassDataset,
  { looked, ...training }: Centring,
): Promise<number[]> =>
  place.train(
    { model: imageNet(activation, 64, 2), data, ...training, doing: activation },
    async (trainer) => {
      const found = await measure(trainer, data, probes.spread(), { rows: looked });
      return found[`${LAYER} mean`]!.map((mean, r) => mean / found[`${LAYER} std`]![r]!);
    },
  );
