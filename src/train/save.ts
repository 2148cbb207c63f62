/** A trained model as the bytes of one file: docs/model-file.md. */
import { ActigradError, checkOptions } from "../core/errors.ts";
import { version } from "../core/version.ts";
import type { Dataset } from "../data/dataset.ts";
import { type OutputKind, writeModelFile } from "../data/formats/model-file.ts";
import type { Scaling } from "../data/prepare.ts";
import type { TokenizerRecord } from "../data/text/tokenizer.ts";
import { readLike } from "../data/read-like.ts";
import { describeLayers } from "../nn/layer-records.ts";
import type { Loss } from "../nn/loss.ts";
import { takeCheckpoint } from "./checkpoint.ts";
import type { Trainer } from "./trainer.ts";

/** Options of `save`. */
export interface SaveOptions {
  /** What it was trained on, as `loadDataset` gives it: the file then says how new rows are read, and the classes' names. */
  readonly data?: { readonly train: Dataset; readonly scaling: Scaling };
  /** The moving averages of the weights instead of the weights (see `ema`). */
  readonly average?: boolean;
  /** Which replicas, in which order; the first is the one that predicts. Default: all as they are. */
  readonly replicas?: readonly number[];
  /** The dataset of a training that is to go on from here: its states are saved too. */
  readonly checkpoint?: Dataset;
  /** What the training was asked for, and whatever else is worth keeping: JSON, which `load` gives back. */
  readonly options?: unknown;
  readonly extra?: unknown;
  /** What makes the model's tokens of text. */
  readonly tokenizer?: TokenizerRecord;
}

const known = ["data", "average", "replicas", "checkpoint", "options", "extra", "tokenizer"];

/**
 * A trainer's model as a file: weights of every replica, and its layers. Of layers and activations of your own it has the
 * names; `load` is given their records. Calls on the trainer wait for each other, so that all tensors are of one step.
 * @returns a safetensors file
 * @throws ActigradError "option" for averages that are not kept, or layers whose titles do not tell them apart; "disposed"
 */
export async function save(trainer: Trainer, options: SaveOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions("save", options, known);
  const { data, average = false, checkpoint: dataset, options: asked, extra, tokenizer } = options;
  const { model, loss, optimizer, batch, seeds: all, dataSeed } = trainer.options;
  const { replicas = [...all.keys()] } = options;
  const layers = describeLayers(model.layers);
  if (layers.length === 0)
    throw new ActigradError("option", "save: the model has no list of layers", {
      hint: "build it with sequential",
    });
  // Asked for at once: nothing comes between them.
  const [checkpoint, weights] = await Promise.all([
    dataset && takeCheckpoint(trainer, dataset),
    Promise.all(replicas.map((replica) => trainer.weights(replica, { average }))),
  ]);
  const seeds = replicas.map((replica) => all[replica]!);
  return writeModelFile({
    engine: version,
    layers,
    outputs: outputsOf(loss),
    ...(data && { data: readLike(data) }),
    training: { steps: trainer.step, loss: loss.name, optimizer: optimizer.name, batch, seeds, dataSeed },
    ...(asked !== undefined && { options: asked }),
    ...(extra !== undefined && { extra }),
    ...(tokenizer && { tokenizer }),
    weights,
    ...(checkpoint && { checkpoint }),
  });
}

/** What the numbers mean that a network for a loss gives. */
function outputsOf({ name, targets, expects }: Loss): OutputKind {
  if (expects === "log_softmax") return "logProbabilities";
  if (expects !== undefined) return "probabilities";
  return targets === "classes" && name === "cross_entropy" ? "logits" : "values";
}
