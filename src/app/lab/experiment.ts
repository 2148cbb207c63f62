/** What a race is asked for, as links, files and messages carry it; checked wherever it comes from outside. */
import * as v from "valibot";
import type { InitName, NetworkName, NormName } from "../../index.ts";

const whole = (from: number, to: number) => v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to));
const text = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(400));
const inits = ["fit", "he", "glorot", "lecun"] as const satisfies readonly InitName[];
const models = ["mlp", "cnn", "resnet"] as const satisfies readonly NetworkName[];
const norms = ["none", "batch", "layer"] as const satisfies readonly NormName[];
const optimizers = ["sgd", "adam", "adamw"] as const;

/** Activations that can race against each other: as many as dashes and colours tell apart. */
export const MOST_ACTIVATIONS = 12;

export const experimentSchema = v.strictObject({
  /** As `loadDataset` takes it: `spirals:n=400`, or the names of dropped files. */
  dataset: text,
  /** A multilayer perceptron, or one of the networks of images. Not in the first files and links. */
  model: v.optional(v.picklist(models), "mlp"),
  /** Widths of an mlp's hidden layers. */
  hidden: v.pipe(v.array(whole(1, 4096)), v.minLength(1), v.maxLength(8)),
  /** What stands before each activation. */
  norm: v.optional(v.picklist(norms), "none"),
  /** Names or formulas, as `parseActivation` takes them. */
  activations: v.pipe(v.array(text), v.minLength(1), v.maxLength(MOST_ACTIVATIONS)),
  init: v.picklist(inits),
  optimizer: v.picklist(optimizers),
  /** One for all; or a grid, of which each activation shows its own best. */
  lr: v.pipe(
    v.array(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1000))),
    v.minLength(1),
    v.maxLength(8),
  ),
  batch: whole(1, 100_000),
  epochs: whole(1, 1_000_000),
  /** Of the weights (replica r takes seed + r), of the order of batches, and of a synthetic dataset's points. */
  seed: whole(0, 2 ** 31 - 1),
  replicas: whole(1, 32),
  /** Test accuracy at which an activation stops; 0: none does. */
  target: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
});

export type Experiment = Readonly<v.InferOutput<typeof experimentSchema>>;
export const choices = { model: models, norm: norms, init: inits, optimizer: optimizers } as const;

/** What a visitor finds first; a software adapter gets less of it. */
export const defaultExperiment = (software: boolean): Experiment => ({
  dataset: "spirals:n=400",
  model: "mlp",
  hidden: [16, 16],
  norm: "none",
  activations: ["relu", "tanh", "silu", "sigmoid"],
  init: "he",
  optimizer: "adam",
  lr: [0.01],
  batch: 400,
  epochs: software ? 600 : 2000,
  seed: 0,
  replicas: software ? 3 : 5,
  target: 0,
});

export const sameExperiment = (a: Experiment, b: Experiment): boolean =>
  JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());

/** The call of the command line that trains the same networks to the same losses, one line an activation. */
export function commandLine(experiment: Experiment): string {
  const { dataset, model, hidden, norm, init, optimizer, lr, batch, epochs, seed, replicas } = experiment;
  const network = model === "mlp" ? `--layers ${hidden.join(",")}` : `--model ${model}`;
  return experiment.activations
    .flatMap((activation) =>
      lr.map((rate) =>
        [
          `npm run train -- --dataset ${quoted(dataset)} ${network} --norm ${norm}`,
          `--activation ${quoted(activation)} --init ${init} --optimizer ${optimizer} --lr ${rate}`,
          `--batch ${batch} --epochs ${epochs} --seed ${seed} --replicas ${replicas}`,
        ].join(" "),
      ),
    )
    .join("\n");
}

/** For a POSIX shell: what is more than a plain word stands in single quotes. */
const quoted = (word: string): string =>
  /^[\w.,:=/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
