/** Reads a model from the bytes of its file. */
import { ActigradError, checkOptions } from "../core/errors.ts";
import { type ModelFile, readModelFile } from "../data/formats/model-file.ts";
import { type OwnRecords, layersFrom } from "../nn/layers-from-records.ts";
import { type Model, sequential } from "../nn/sequential.ts";
import { Graph } from "../graph/graph.ts";
import { data } from "../graph/ops/source.ts";
import { checkWeights } from "./weights.ts";

/** Options of `load`: the records of the model's custom layers and activations. */
export interface LoadModelOptions extends OwnRecords {
  /** For messages. Default "model file". */
  readonly name?: string;
}

/** Contents of a model file, with its layers as a model. */
export interface SavedModel extends Omit<ModelFile, "layers"> {
  readonly model: Model;
}

/**
 * Reads what `save`, `train --save` or `train --checkpoint` wrote:
 *
 *     const saved = load(bytes, { layers: [scale(3)], activations: [wave] });
 *     const predictor = await Predictor.create(gpu, saved);          // predicts rows in their own units
 *     trainer.setWeights(saved.weights[0]);                          // or trains on
 *     await restoreCheckpoint(trainer, saved.checkpoint, dataset);   // or resumes as if it had never stopped
 *
 * The file may be untrusted: nothing of it is run as code, and formulas go through their parser.
 * @throws ActigradError "format" for a file that is damaged, of another kind, or of another version; "option" for a custom layer
 * or activation that was not given
 */
export function load(bytes: Uint8Array, options: LoadModelOptions = {}): SavedModel {
  checkOptions("load", options, ["layers", "activations", "name"]);
  const { name = "model file", ...own } = options;
  const { layers, ...file } = readModelFile(bytes, name);
  try {
    const model = sequential(...layersFrom(layers, own));
    const graph = new Graph();
    const { parameters } = model.build(graph, data(graph, "x", [1, 2, model.inputs]), 1);
    for (const weights of file.weights) checkWeights(parameters, weights);
    return { ...file, model };
  } catch (error) {
    if (!(error instanceof ActigradError) || error.details["own"] !== undefined) throw error;
    throw new ActigradError("format", `${name}: ${error.message}`, { name, cause: error });
  }
}
