import { activationValues } from "../nn/activation-values.ts";
import type { Trainer } from "./trainer.ts";
import { writeWeights } from "./weights.ts";

/**
 * Sets the learned or held parameters of a layer's activation, in every replica, channel and unit alike; also between two steps
 * of a running training. No kernel is rebuilt. A spline's control points:
 *
 *     setParams(trainer, "1", pointValues([[-3, 0], [0, 0.2], [3, 3]]));
 *
 * @param layer its name in the model, as `summary` shows it
 * @throws ActigradError "option" for a layer without such parameters, names and values that its record refuses, and if a tensor
 * would be set only in part; nothing is changed then
 */
export function setParams(trainer: Trainer, layer: string, values: Readonly<Record<string, number>>): void {
  const { parameters, weights } = activationValues(trainer.parameters, layer, values);
  writeWeights(trainer.storage, parameters, trainer.replicas, weights);
}
