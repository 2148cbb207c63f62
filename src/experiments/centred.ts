/** Whether an activation's outputs are centred at zero in trained 784-[64]x2-10 networks; shared by two experiments. */
import { type ClassDataset, probes } from "../index.ts";
import { measure } from "./measures.ts";
import { imageNet } from "./networks.ts";
import type { Place } from "./place.ts";

/** The first hidden layer, for which the reference has figures. */
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
