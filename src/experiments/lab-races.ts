/** Races of the lab page with an experiment's set-up, but with the page's own batches and without momentum. */
import type { RaceSetup } from "./experiment.ts";

/** 400 points of the plane, full batch. */
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

/** The first 10,000 images; each activation shows its best learning rate. */
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
