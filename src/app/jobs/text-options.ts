/** The options of a language model's training, besides those of all trainings. */
import { type OptionTable, type OptionValues, themed } from "../../core/options.ts";
import { trainOptions } from "./train-options.ts";

/** Networks that are language models. */
export const languageModels = ["gpt", "rnn", "gru", "lstm"] as const;
export type LanguageModelName = (typeof languageModels)[number];

/** Tokens that a new model sees at once. */
export const USUAL_CONTEXT = 64;

export const ownTextOptions = themed("language models", {
  heads: { kind: "number", whole: true, default: 4, min: 1, doc: "attention heads of a gpt" },
  keyHeads: {
    kind: "number",
    whole: true,
    min: 1,
    doc: "heads of keys and values, shared among heads (default: as many as heads)",
  },
  width: { kind: "number", whole: true, default: 128, min: 1, doc: "features per token" },
  context: {
    kind: "number",
    whole: true,
    min: 1,
    doc: `tokens that the model sees at once (default: ${USUAL_CONTEXT}, or the loaded model's)`,
  },
  load: {
    kind: "word",
    value: "DIR|FILE",
    doc: "continue from the weights of a Hugging Face folder (config.json, tokenizer.json, safetensors) or of a saved model",
  },
  positions: {
    kind: "word",
    choices: ["learned", "rotary", "alibi"],
    default: "learned",
    doc: "positions of a gpt",
  },
  blockNorm: { kind: "word", choices: ["layer", "rms"], default: "layer", doc: "normalisation of a gpt" },
  dropout: {
    kind: "number",
    min: 0,
    max: 1,
    default: 0,
    doc: "share of values that dropout sets to 0 while a gpt trains",
  },
  tokenizer: {
    kind: "word",
    default: "characters",
    doc: "characters, bytes, bpe:SIZE (trained on the text), or a tokenizer.json",
  },
  steps: { kind: "number", whole: true, default: 1000, min: 1, doc: "training steps" },
  evaluateEvery: {
    kind: "number",
    whole: true,
    default: 250,
    min: 1,
    value: "STEPS",
    doc: "steps between evaluations of the held-out text",
  },
  sampleEvery: {
    kind: "number",
    whole: true,
    min: 1,
    value: "STEPS",
    doc: "steps between printed samples",
  },
  prompt: { kind: "word", default: "\n", doc: "prompt of those samples" },
} as const satisfies OptionTable);

/** Options for rows that do not apply to a text. */
const {
  dataset: _dataset,
  model: _model,
  epochs: _epochs,
  norm: _norm,
  grid: _grid,
  order: _order,
  matchParameters: _matchParameters,
  init: _init,
  loss: _loss,
  validation: _validation,
  topK: _topK,
  confusion: _confusion,
  checkpoint: _checkpoint,
  checkpointEvery: _checkpointEvery,
  resume: _resume,
  tune: _tune,
  check: _check,
  ...shared
} = trainOptions;

export const textOptions = {
  ...shared,
  model: { kind: "word", choices: languageModels, default: "gpt", doc: "a language model" },
  text: {
    kind: "word",
    required: true,
    value: "FILE",
    doc: "the text to train on; its last tenth is held out",
  },
  ...ownTextOptions,
} as const satisfies OptionTable;

export type TextOptions = OptionValues<typeof textOptions>;
