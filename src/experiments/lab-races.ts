/** Races of the lab page in the set-up of experiments: with the page's own batches, and without momentum. */
import type { RaceSetup } from "./experiment.ts";

/** Points of the plane, 400, in whole batches. */
export const planeRace = (
  dataset: string,
  hidden: readonly number[],
  activations: readonly string[],
  { lr = 0.01, steps = 1000 } = {},
): RaceSetup => ({
  dataset,
  hidden,
  activations,
  init: "fit",
  optimizer: "adam",
  lr: [lr],
  batch: 400,
  epochs: steps,
});

/** The first 10,000 images; of the learning rates each activation shows its best. */
export const imageRace = (
  hidden: readonly number[],
  activations: readonly string[],
  lr: readonly number[],
  epochs = 20,
): RaceSetup => ({
  dataset: "dropped/:train=10000,test=10000",
  hidden,
  activations,
  init: "fit",
  optimizer: "sgd",
  lr,
  batch: 128,
  epochs,
});
