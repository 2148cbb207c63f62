import { ActigradError, checkOptions } from "../../core/errors.ts";
import { normal, streamOf } from "../../core/random.ts";
import { embedding } from "../embedding.ts";
import type { Initializer } from "../init.ts";
import type { Layer } from "../layer.ts";
import { linear } from "../linear.ts";
import { layerNorm, rmsNorm } from "../norm.ts";
import { type Model, sequential } from "../sequential.ts";
import { tiedOutput } from "./output.ts";
import { learnedPositions } from "./positions.ts";
import { type TransformerOptions, transformerBlock } from "./transformer.ts";
import { gru, lstm, rnn } from "./recurrent.ts";

/** Options of `gpt`. */
export interface GptOptions extends Omit<TransformerOptions, "causal" | "norm"> {
  /** Number of different tokens. */
  readonly vocabulary: number;
  /** Number of tokens that the model sees at once. */
  readonly context: number;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Rows of learned positions, at least the context (the default). */
  readonly positions?: number;
  /** Whether the output uses the embedding's table. Default false. */
  readonly tied?: boolean;
}

/** N(0, 0.02^2), GPT-2's starting values. */
export const gptInit: Initializer = (seed, name, _fan, count) =>
  normal(seed, streamOf(name), count).map((v) => 0.02 * v);

const names = ["vocabulary", "context", "layers", "heads", "width", "positions", "tied"] as const;
const blockNames = [
  "keyHeads",
  "rotary",
  "alibi",
  "bias",
  "init",
  "activation",
  "hidden",
  "normType",
  "eps",
  "dropout",
];

/**
 * A decoder-only transformer: embedding, learned positions (unless rotary or ALiBi), causal pre-norm blocks, a norm, and an
 * output without bias at each place. Samples are `context` tokens, outputs [context, vocabulary]. Radford et al. 2019.
 * @throws ActigradError "option" for unknown options and invalid sizes, "shape" for heads that do not divide the width, or fewer
 * positions than the context
 */
export function gpt(options: GptOptions): Model {
  checkOptions("gpt", options, [...names, ...blockNames]);
  const { vocabulary, context, layers, heads, width, positions = context, tied = false, ...block } = options;
  const {
    init = gptInit,
    normType = "layer",
    eps = 1e-5,
    bias = true,
    rotary = false,
    alibi = false,
  } = block;
  if (positions < context) {
    throw new ActigradError("shape", `gpt: a context of ${context} is longer than ${positions} positions`, {
      hint: `use a context of at most ${positions}`,
    });
  }
  const blocks = Array.from({ length: layers }, () =>
    transformerBlock(width, heads, { ...block, init, causal: true }),
  );
  return sequential(
    embedding(vocabulary, width, { length: context, init }),
    ...(rotary === false && !alibi ? [learnedPositions(positions, width, { init })] : []),
    ...blocks,
    normType === "rms" ? rmsNorm(width, { eps }) : layerNorm(width, { eps, bias }),
    tied ? tiedOutput(width, vocabulary) : linear(width, vocabulary, { bias: false, init }),
  );
}

/** Options of `recurrentModel`. */
export interface RecurrentModelOptions {
  readonly cell: "rnn" | "gru" | "lstm";
  readonly vocabulary: number;
  readonly context: number;
  readonly layers: number;
  readonly width: number;
}

/**
 * A recurrent language model: embedding, recurrent layers, an output at each place.
 * @throws ActigradError "option" for invalid sizes, "limit" for more units than fit a workgroup
 */
export function recurrentModel({ cell, vocabulary, context, layers, width }: RecurrentModelOptions): Model {
  const make: (inputs: number, hidden: number, options: { layers: number }) => Layer = { rnn, gru, lstm }[
    cell
  ];
  return sequential(
    embedding(vocabulary, width, { length: context }),
    make(width, width, { layers }),
    linear(width, vocabulary),
  );
}
