/** Races that the course leads to. */
import { smallMnist } from "../../../experiments/small-mnist.ts";
import type { RaceSetup } from "../../../experiments/experiment.ts";
import { type Setup, defaultSetup } from "../setup.ts";
import { IMAGES } from "./drop.ts";

/** @param standsIn whether a visitor gives no images: then it takes those that the page brings along, as the statement does */
export const raceOf = (race: RaceSetup, software: boolean, standsIn: boolean): Setup => {
  const { hidden, activations, init, optimizer, lr, batch, epochs } = race;
  const dataset = standsIn && race.dataset.startsWith(IMAGES) ? smallMnist.folder : race.dataset;
  return {
    ...defaultSetup(software),
    dataset,
    init,
    optimizer,
    batch,
    epochs,
    hidden: [...hidden],
    activations: [...activations],
    lr: [...lr],
  };
};

/** Those of the course, each at its best of a grid. */
const ranked = ["relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid"];

export const rankPlane = (software: boolean): Setup => ({
  ...defaultSetup(software),
  hidden: [16, 16],
  activations: ranked,
  init: "fit",
  lr: [0.003, 0.01, 0.03],
  epochs: software ? 400 : 2000,
  replicas: 5,
});

export const rankImages = (software: boolean): Setup => ({
  ...rankPlane(software),
  dataset: software ? "dropped/:train=4000,test=2000" : "dropped/",
  hidden: [128, 128],
  lr: [0.0003, 0.001, 0.003],
  batch: 128,
  epochs: software ? 3 : 10,
  replicas: software ? 3 : 5,
});
