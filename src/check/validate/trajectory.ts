import type { Dataset } from "../../data/dataset.ts";
import type { StorageAttrs } from "../../graph/ops/source.ts";
import { type Environment, interpret } from "../float64/interpret.ts";
import type { Trainer } from "../../train/trainer.ts";

/**
 * Trains `steps` steps from the trainer's present state in float64 on the CPU, without changing the trainer.
 * @param onStep called after each step; a returned promise is awaited, so that a page can draw
 * @returns losses[step][replica], NaN in a skipped step
 */
export async function interpretTraining(
  trainer: Trainer,
  dataset: Dataset,
  steps: number,
  onStep: (step: number) => Promise<void> | void = () => undefined,
): Promise<number[][]> {
  const { training } = await trainer.recorded(dataset);
  const tensors = trainer.recorder.upload(dataset);
  const targets = dataset.kind === "classes" ? dataset.labels : dataset.targets;
  const environment: Environment = new Map();
  for (const node of training.graph.live()) {
    if (node.op.kernel.kind !== "storage") continue;
    const { role, name, values } = node.attrs as StorageAttrs;
    if (values !== undefined) continue;
    if (role === "data") environment.set(name, name === tensors.x.name ? dataset.x : targets);
    else environment.set(name, Float64Array.from(await trainer.storage.read(name), Number));
  }
  const losses: number[][] = [];
  for (let i = 0; i < steps; i++) {
    const value = interpret(training.graph, environment, trainer.stepValues(dataset, trainer.step + i));
    const counts = training.count && value(training.count).data;
    // A skipped step has no loss; counts may be shared by all replicas.
    const skipped = (r: number): boolean => counts !== undefined && counts[r % counts.length] === 0;
    losses.push(Array.from(value(training.loss).data, (loss, r) => (skipped(r) ? NaN : loss)));
    await onStep(i + 1);
  }
  return losses;
}
