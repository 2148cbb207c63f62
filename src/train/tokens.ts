/** A text's tokens as a dataset: samples are windows of one sequence of tokens, picked on the device. */
import { checkCount } from "../core/check.ts";
import { ActigradError } from "../core/errors.ts";
import type { ClassDataset, Dataset } from "../data/dataset.ts";
import { data } from "../graph/ops/source.ts";
import { windowAt, windowPlaces } from "../graph/ops/windows.ts";
import type { RowSource } from "./step.ts";

/** How to cut a sequence of tokens into windows. */
export interface TokenOptions {
  /** For messages and reports. */
  readonly name: string;
  /** Tokens per window; each predicts the next one. */
  readonly context: number;
  /** Number of tokens; every token is below it. */
  readonly vocabulary: number;
  /** Distance between the starts of windows. Default 1: a window starts at every place. */
  readonly stride?: number;
}

/** Number of places that an evaluation takes at a time. */
const FORWARD_PLACES = 8192;

/**
 * A dataset of windows over a sequence of tokens: rows are all windows of `context` tokens, `stride` apart, and a row's classes
 * are the tokens that follow each of its tokens. Batches are picked on the device, in an order reshuffled every epoch.
 * @throws ActigradError "data" for a token beyond the vocabulary, or too few tokens for one window and the token after it
 */
export function tokenDataset(tokens: ArrayLike<number>, options: TokenOptions): ClassDataset {
  const { name, context, vocabulary, stride = 1 } = options;
  for (const [what, n] of Object.entries({ context, vocabulary, stride }))
    checkCount(`tokenDataset: ${what}`, n);
  const fault = (message: string, hint: string): ActigradError =>
    new ActigradError("data", `text "${name}": ${message}`, { hint });
  if (tokens.length < context + 1)
    throw fault(
      `${tokens.length} tokens, a window needs ${context + 1}: ${context} and the one that follows`,
      "give a longer text, or a shorter context",
    );
  const labels = Uint32Array.from(tokens);
  const wrong = labels.findIndex((token, i) => token >= vocabulary || token !== tokens[i]);
  if (wrong >= 0)
    throw fault(
      `token ${wrong} is ${tokens[wrong]}, the vocabulary has ${vocabulary}`,
      "give the tokenizer that the model was trained with",
    );
  const windows = Math.floor((tokens.length - context - 1) / stride) + 1;
  return {
    kind: "classes",
    name,
    rows: windows,
    shape: [context],
    x: Float32Array.from(labels),
    labels,
    classes: vocabulary,
    source: sourceOf(tokens.length, { name, context, vocabulary, stride }, windows),
  };
}

function sourceOf(
  count: number,
  { name, context, vocabulary, stride }: Required<TokenOptions>,
  windows: number,
): RowSource {
  return {
    forward: Math.max(1, Math.floor(FORWARD_PLACES / context)),
    check(model, loss) {
      const complain = (message: string, hint: string): never => {
        throw new ActigradError("data", `text "${name}": ${message}`, { hint });
      };
      if (model.inputs !== context)
        complain(
          `windows of ${context} tokens, the model takes ${model.inputs}`,
          "cut it into windows of that length",
        );
      const known = model.layers[0]?.indices;
      if (known !== undefined && known < vocabulary)
        complain(
          `tokens up to ${vocabulary - 1}, the model's embedding has ${known} rows`,
          "give its own tokenizer",
        );
      if (model.outputs !== context * vocabulary)
        complain(
          `${vocabulary} tokens, the model gives ${model.outputs / context} numbers per position`,
          "end it with as many outputs as there are tokens",
        );
      if (loss.targets !== "classes")
        complain(`the loss ${loss.name} needs ${loss.targets}`, "use cross_entropy");
    },
    tensors: (prefix) => ({
      x: { name: `${prefix}.x`, shape: [1, 1, count], dtype: "f32" },
      y: { name: `${prefix}.y`, shape: [1, 1, count], dtype: "u32" },
    }),
    batch(graph, { x, y }, { batch }, seed) {
      const order = { windows, stride, seed: batch === windows ? null : seed };
      const starts = windowPlaces(graph, { ...order, count: batch, each: 1, shift: 0 });
      const next = windowPlaces(graph, { ...order, count: batch * context, each: context, shift: 1 });
      return {
        x: windowAt(data(graph, x.name, x.shape, x.dtype), starts, context),
        y: windowAt(data(graph, y.name, y.shape, y.dtype), next, 1),
      };
    },
  };
}

/** Whether a dataset's samples are windows of tokens. */
export const hasTokens = (dataset: Dataset): boolean => dataset.source !== undefined;
