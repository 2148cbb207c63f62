import { ActigradError } from "../core/errors.ts";
import { toJson } from "../core/json.ts";
import { elements, formatType } from "../core/shape.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Tensor, Weights } from "../data/formats/tensor.ts";
import type { Storage } from "../device/storage.ts";
import type { Graph, Node } from "../graph/graph.ts";
import type { StorageAttrs } from "../graph/ops/source.ts";
import type { Trainer } from "./trainer.ts";
import { assertCanTrain } from "./training.ts";

/** Everything needed to resume training as if it had never stopped: the tensors, and the position. */
export interface Checkpoint {
  /** Weights, the optimizer's states, averages and accumulated gradients: [replicas, ...], by the engine's names. */
  readonly tensors: Weights;
  readonly position: Position;
}

/** The position of a training. Random numbers and row order are functions of seed and step, so there is no generator state. */
export interface Position {
  /** Steps trained. */
  readonly step: number;
  readonly seeds: readonly number[];
  readonly dataSeed: number;
  readonly batch: number;
  readonly accumulate: number;
  /** Rows of the dataset. */
  readonly rows: number;
  readonly optimizer: string;
  /** The memory of a schedule that has one. */
  readonly schedule?: unknown;
}

/** The states of a training step that outlive it; the rings of losses only carry values to the host. */
function statesOf(graph: Graph): Node[] {
  return graph.live().filter((node) => {
    if (node.op.kernel.kind !== "storage") return false;
    const { role, passing } = node.attrs as StorageAttrs;
    return role === "state" && passing === undefined;
  });
}

/** Copies the states of a training step from the device. */
async function readStates(storage: Storage, graph: Graph): Promise<Weights> {
  // One by one, to reuse staging buffers: nothing else runs meanwhile.
  const tensors = new Map<string, Tensor<Float32Array>>();
  for (const { label, shape } of statesOf(graph))
    tensors.set(label, { shape, data: (await storage.read(label)) as Float32Array });
  return tensors;
}

/** @throws ActigradError "shape" with the tensors that are missing, of another shape, or not part of the step */
function checkStates(graph: Graph, tensors: Weights): void {
  const states = statesOf(graph);
  const wrong = states.flatMap((node) => {
    const given = tensors.get(node.label);
    if (given === undefined) return [`${node.label} is missing`];
    const same = given.shape.join() === node.shape.join() && given.data.length === elements(node.shape);
    return same ? [] : [`${node.label} is [${given.shape.join(",")}], expected ${formatType(node)}`];
  });
  const known = new Set(states.map(({ label }) => label));
  for (const name of tensors.keys()) if (!known.has(name)) wrong.push(`${name} is not part of this training`);
  if (wrong.length === 0) return;
  throw new ActigradError(
    "shape",
    `the checkpoint belongs to another network or optimizer: ${wrong.join("; ")}`,
    {
      hint: "resume with the layers, the optimizer and the number of replicas that it was written with",
      tensors: wrong,
    },
  );
}

/** Writes checked states to the device. */
function writeStates(storage: Storage, graph: Graph, tensors: Weights): void {
  for (const { label } of statesOf(graph)) storage.write(label, tensors.get(label)!.data);
}

/** @throws ActigradError "format" for a damaged position, "option" for one of another training, with the difference */
function checkPosition(given: unknown, own: Omit<Position, "step" | "schedule">): Position {
  const position = (given ?? {}) as Partial<Position>;
  const { step } = position;
  if (typeof step !== "number" || !Number.isSafeInteger(step) || step < 0)
    throw new ActigradError("format", "the checkpoint does not say how many steps were trained");
  const differs = Object.entries(own).flatMap(([name, want]) => {
    const got: unknown = position[name as keyof Position];
    return toJson(got) === toJson(want)
      ? []
      : [`${name} is ${JSON.stringify(got) ?? "missing"}, here ${JSON.stringify(want)}`];
  });
  if (differs.length === 0) return { ...own, step, schedule: position.schedule };
  throw new ActigradError("option", `the checkpoint belongs to another training: ${differs.join("; ")}`, {
    hint: "resume with the options and the data that it was written with",
  });
}

function positionOf({ options }: Trainer, dataset: Dataset): Omit<Position, "step" | "schedule"> {
  const { seeds, dataSeed, batch, accumulate = 1, optimizer } = options;
  return { seeds, dataSeed, batch, accumulate, rows: dataset.rows, optimizer: optimizer.name };
}

/** All that `restoreCheckpoint` needs to resume training on this dataset as if it had never stopped, with the same bits. */
export async function takeCheckpoint(trainer: Trainer, dataset: Dataset): Promise<Checkpoint> {
  const training = trainer.training(dataset);
  return trainer.site.turns.take(async () => {
    await training.executor(false);
    const schedule = trainer.options.optimizer.schedule?.watch?.save();
    const position = { ...positionOf(trainer, dataset), step: trainer.step, ...(schedule && { schedule }) };
    return { tensors: await readStates(trainer.storage, training.graph.graph), position };
  });
}

/**
 * Goes back to a checkpoint. If it throws, the trainer is unchanged.
 * @throws ActigradError "shape" with the tensors that differ, "option" for another batch, seed or dataset, "format" for a damaged
 * one
 */
export async function restoreCheckpoint(
  trainer: Trainer,
  checkpoint: { readonly tensors: Weights; readonly position: unknown },
  dataset: Dataset,
): Promise<void> {
  assertCanTrain(trainer.site);
  const training = trainer.training(dataset);
  const { graph } = training.graph;
  const position = checkPosition(checkpoint.position, positionOf(trainer, dataset));
  const { watch } = trainer.options.optimizer.schedule ?? {};
  checkStates(graph, checkpoint.tensors);
  await trainer.site.trainings.take(async () => {
    await training.executor(false);
    if (watch !== undefined && position.schedule !== undefined) watch.restore(position.schedule);
    writeStates(trainer.storage, graph, checkpoint.tensors);
    trainer.step = position.step;
  });
}
