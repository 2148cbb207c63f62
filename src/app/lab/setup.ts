/** A race's set-up, as links, files and messages carry it; checked whenever it comes from outside. */
import {
  type Option,
  type OptionTable,
  type OptionValues,
  checkOptions,
  dashed,
  readOption,
} from "../../core/options.ts";
import type { InitName, OptimizerName } from "../../index.ts";
import { compareOptions } from "../jobs/compare-options.ts";
import { activationNetworks, trainOptions } from "../jobs/train-options.ts";

const { dataset, model, layers, norm, activation, init, optimizer, lr, batch, epochs, seed, replicas } =
  trainOptions;

/** Most activations that can race: as many as dashes and colours distinguish. */
export const MOST_ACTIVATIONS = 12;
/** Most learning rates in an activation's grid. */
export const MOST_RATES = 8;

/** A training's own options, as far as a race has them, within the page's limits. */
export const setupOptions = {
  /** Or the names of dropped files. */
  dataset: { ...dataset, longest: 400 },
  model: { ...model, choices: activationNetworks },
  hidden: { ...layers, max: 4096, most: 8 },
  norm: { ...norm, default: "none" },
  activations: { ...activation, longest: 400, most: MOST_ACTIVATIONS },
  init: { ...init, choices: ["fit", "he", "glorot", "lecun"] as const satisfies readonly InitName[] },
  optimizer: { ...optimizer, choices: ["sgd", "adam", "adamw"] as const satisfies readonly OptimizerName[] },
  /** One for all; or a grid, from which each activation shows its own best. */
  lr: { ...lr, max: 1000, most: MOST_RATES },
  batch: { ...batch, max: 100_000 },
  epochs: { ...epochs, max: 1_000_000 },
  seed: { ...seed, max: 2 ** 31 - 1 },
  replicas: { ...replicas, max: 32 },
  target: {
    kind: "number",
    min: 0,
    max: 1,
    default: 0,
    doc: "test accuracy at which an activation stops (0: never)",
  },
} as const satisfies OptionTable;

export type Setup = OptionValues<typeof setupOptions>;

/** @throws ActigradError "option" that names the faulty part */
export const checkSetup = (value: unknown): Setup =>
  checkOptions("setup", setupOptions, typeof value === "object" && value !== null ? value : {});

/** One part of a set-up from text, lists with commas. @throws ActigradError "option" */
export function readSetupOption<K extends keyof Setup>(name: K, text: string): Setup[K] {
  const option: Option = setupOptions[name];
  return readOption(`setup: ${name}`, option, text, ",") as Setup[K];
}

/** A visitor's first race; smaller on a software adapter. */
export const defaultSetup = (software: boolean): Setup => ({
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
  replicas: 5,
  target: 0,
});

export const sameSetup = (a: Setup, b: Setup): boolean =>
  JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());

/**
 * The command that trains the same networks: `train` gives the same losses, `compare` takes several activations. With a grid of
 * learning rates, both choose by validation rows, as the page does.
 */
export function commandLine(whole: Setup): string {
  const { activations, hidden, target: _, ...setup } = whole;
  const network = setup.model === "mlp" ? { layers: hidden } : {};
  if (activations.length === 1) {
    return call("train", trainOptions, { ...setup, ...network, activation: activations });
  }
  const { replicas: seeds, ...same } = setup;
  const [plain, formula] = [activations.filter(isPlain), activations.filter((text) => !isPlain(text))];
  return call("compare", compareOptions, {
    ...same,
    ...network,
    seeds,
    splits: 1,
    ...(plain.length > 0 && { activations: plain }),
    ...(formula.length > 0 && { formula }),
  });
}

/** Whether it can be part of a list with commas. */
const isPlain = (activation: string): boolean => /^\w+(:[^,]*)?$/.test(activation);

/** In the order in which the options are declared. */
function call<T extends OptionTable>(name: string, table: T, values: Partial<OptionValues<T>>): string {
  const words = Object.entries(table).flatMap(([option, { kind, ...more }]) => {
    const value = (values as Readonly<Record<string, unknown>>)[option];
    if (value === undefined) return [];
    const repeated = kind === "words" && "repeated" in more && Array.isArray(value);
    return (repeated ? value : [value]).flatMap((v) => [dashed(option), quoted(String(v))]);
  });
  return ["npx actigrad", name, ...words].join(" ");
}

/** For a POSIX shell: anything more than a plain word is put in single quotes. */
export const quoted = (word: string): string =>
  /^[\w.,:=/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
