/** The options of a comparison of activations: those of a training that make sense for several, and its own. */
import type { OptionTable, OptionValues } from "../../core/options.ts";
import { activationNetworks, trainOptions } from "./train-options.ts";

const { dataset, model, norm, layers, init, loss, optimizer, lr, momentum, weightDecay, validation } =
  trainOptions;
const { schedule, warmup, clipNorm, clipValue, batch, epochs, seed, replicas } = trainOptions;
const { default: _, ...freeEpochs } = epochs;
const { default: __, ...freeLr } = lr;

export const compareOptions = {
  dataset,
  activations: {
    kind: "words",
    doc: "names, each in turn in all hidden layers; without any, nor a formula, relu,gelu,tanh",
  },
  formula: {
    kind: "words",
    repeated: true,
    value: "FORMULA",
    doc: "one more activation (repeatable): a formula in x, or a name with options after a colon",
  },
  lr: {
    ...freeLr,
    doc: "learning rates, of which each activation gets its own best; by default a grid that grows as far as it must",
  },
  seeds: {
    ...replicas,
    default: 10,
    min: 1,
    max: 256,
    doc: "trainings of each activation at its best rate; fewer than 5 rank nothing",
  },
  epochs: {
    ...freeEpochs,
    doc: "passes over the training rows; by default 5, or those of 300 steps if more",
  },
  model: { ...model, choices: activationNetworks },
  norm,
  layers: { ...layers, default: [32, 32] },
  init,
  loss,
  optimizer,
  momentum,
  weightDecay,
  schedule,
  warmup,
  clipNorm,
  clipValue,
  batch,
  seed: { ...seed, doc: "first seed; seeds of starting weights and splits count up from it" },
  splits: {
    kind: "number",
    whole: true,
    min: 1,
    doc: "how often the rows are split anew; by default once a seed for up to 5000 rows of a table, else once",
  },
  validation,
  baseline: { kind: "word", value: "NAME", doc: "the activation to compare with, instead of the best" },
} as const satisfies OptionTable;

export type CompareOptions = OptionValues<typeof compareOptions>;
