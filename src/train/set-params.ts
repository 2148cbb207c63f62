import { activationValues } from "../nn/activation-values.ts";
import type { Trainer } from "./trainer.ts";
import { writeWeights } from "./weights.ts";

/**
 * Gives the activation of a layer other values for what it learns or holds, in every replica, each channel and unit alike; between
 * two steps also while training goes on. No kernel is made anew. A spline's control points:
 *
 *     setParams(trainer, "1", pointValues([[-3, 0], [0, 0.2], [3, 3]]));
 *
 * @param layer its name in the model, as `summary` shows it
 * @throws ActigradError "option" for a layer that has none, names and values that its record refuses, and where some of those that
 * lie in one tensor are missing; nothing is changed then
 */
export function setParams(trainer: Trainer, layer: string, values: Readonly<Record<string, number>>): void {
  const { parameters, weights } = activationValues(trainer.parameters, layer, values);
  writeWeights(trainer.storage, parameters, trainer.replicas, weights);
}
