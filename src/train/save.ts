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
  /** The training data, as `loadDataset` returned it: the file then says how to read new rows, and names the classes. */
  readonly data?: { readonly train: Dataset; readonly scaling: Scaling };
  /** Saves the moving averages of the weights instead of the weights (see `ema`). */
  readonly average?: boolean;
  /** Which replicas, in which order; the first one is used for predictions. Default: all in order. */
  readonly replicas?: readonly number[];
  /** The dataset of a training to resume from here: saves the training's states too. */
  readonly checkpoint?: Dataset;
  /** The options of the training, and anything else worth keeping: JSON, which `load` returns. */
  readonly options?: unknown;
  readonly extra?: unknown;
  /** How to turn text into the model's tokens. */
  readonly tokenizer?: TokenizerRecord;
}

const known = ["data", "average", "replicas", "checkpoint", "options", "extra", "tokenizer"];

/**
 * A trainer's model as a file: the weights of every replica, and its layers. Of custom layers and activations only the names are
 * stored; pass their records to `load`. The weights are all from one step.
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
  // Requested together, so that nothing comes between them.
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

/** What the outputs of a network mean, given its loss. */
function outputsOf({ name, targets, expects }: Loss): OutputKind {
  if (expects === "log_softmax") return "logProbabilities";
  if (expects !== undefined) return "probabilities";
  return targets === "classes" && name === "cross_entropy" ? "logits" : "values";
}
