/** Times activations on the present GPU. */
import {
  type ClassDataset,
  type DispatchProfile,
  type Model,
  Trainer,
  crossEntropy,
  linear,
  parseActivation,
  profile,
  sequential,
  sgd,
} from "../index.ts";
import { imageNet } from "./networks.ts";
import type { Place } from "./place.ts";

/** One value per round, by activation. */
export type Times = Record<string, readonly number[]>;

const WIDTH = 256;

/** Microseconds of each activation's kernel alone, over a number of f32. */
export function kernelTimes(
  place: Place,
  activations: readonly string[],
  { elements, steps }: { readonly elements: number; readonly steps: number },
): Promise<Times> {
  const rows = elements / WIDTH;
  const written = `f32[1,${rows},${WIDTH}]`;
  const model = (activation: string): Model =>
    sequential(linear(4, WIDTH), parseActivation(activation), linear(WIDTH, 10));
  const isForward = ({ ops, writes }: DispatchProfile): boolean =>
    ops.at(-1) === "activation" && writes === written;
  return inRounds(place, activations, model, filler(4, rows), steps, (dispatches) => {
    return dispatches.find(isForward)?.us.median ?? NaN;
  });
}

/** The share of a 784-256-256-10 training step that its activations take, forward and backward, each as a separate kernel. */
export const sharesOfStep = (
  place: Place,
  activations: readonly string[],
  { batch, steps }: { readonly batch: number; readonly steps: number },
): Promise<Times> =>
  inRounds(
    place,
    activations,
    (activation) => imageNet(activation, WIDTH, 2),
    filler(784, batch),
    steps,
    (dispatches) =>
      dispatches.reduce((sum, { ops, share }) => sum + (ops.some(isOfActivation) ? share : 0), 0),
  );

/** Whether an op belongs to an activation: forward, or a gradient. */
const isOfActivation = (op: string): boolean =>
  ["activation", "activationGrad", "activationParamGrad"].includes(op);

/** Rows to train on; their values do not matter. */
function filler(inputs: number, rows: number): ClassDataset {
  const x = Float32Array.from({ length: rows * inputs }, (_, i) => Math.sin(i));
  const labels = Uint32Array.from({ length: rows }, (_, i) => i % 10);
  return { kind: "classes", name: "filler", rows, shape: [inputs], x, labels, classes: 10 };
}

/** Measures all in turn, one round per seed, so that compared values come from the same round. */
async function inRounds(
  place: Place,
  activations: readonly string[],
  modelOf: (activation: string) => Model,
  data: ClassDataset,
  steps: number,
  read: (dispatches: readonly DispatchProfile[]) => number,
): Promise<Times> {
  const times: Record<string, number[]> = {};
  const trainers: Trainer[] = [];
  try {
    for (const activation of activations) {
      const options = {
        model: modelOf(activation),
        optimizer: sgd({ lr: 0 }),
        batch: data.rows,
        fuse: false,
      };
      trainers.push(await Trainer.create(place.gpu, { ...options, loss: crossEntropy() }));
    }
    for (const round of place.seeds) {
      for (const [i, activation] of activations.entries()) {
        place.say(activation, [round + 1, place.seeds.length]);
        const { dispatches } = await profile(trainers[i]!, data, { steps, signal: place.signal });
        (times[activation] ??= []).push(read(dispatches));
      }
    }
    return times;
  } finally {
    for (const trainer of trainers) trainer.dispose();
  }
}
