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
    doc: "names, each used in all hidden layers (default, without a formula: relu,gelu,tanh)",
  },
  formula: {
    kind: "words",
    repeated: true,
    value: "FORMULA",
    doc: "one more activation (repeatable): a formula in x, or a name with options after a colon",
  },
  lr: {
    ...freeLr,
    doc: "learning rates to choose each activation's own best from (default: a growing grid)",
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
    doc: "passes over the training rows (default: 5, or enough for 300 steps)",
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
    doc: "number of splits of the rows (default: one per seed for a table of up to 5000 rows, else one)",
  },
  validation,
  baseline: { kind: "word", value: "NAME", doc: "the activation to compare with, instead of the best" },
} as const satisfies OptionTable;

export type CompareOptions = OptionValues<typeof compareOptions>;
