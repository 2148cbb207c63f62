/** Two ways to kill relu units, shared by two experiments: too large a learning rate, and biases far below zero. */
import { type ClassDataset, type Trainer, probes, sgd } from "../index.ts";
import { accuracyOf, changeWeights, measure, overLayers } from "./measures.ts";
import { imageNet } from "./networks.ts";
import type { Place } from "./place.ts";

export interface Kill {
  readonly kick: number;
  readonly kicks: number;
  readonly bias: number;
  readonly lr: number;
  readonly batch: number;
  readonly steps: number;
  readonly looked: number;
}

/** The set-up shared by both experiments. */
export const killing = {
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    kick: 1,
    kicks: 3,
    bias: -3,
    lr: 0.05,
    steps: 400,
    looked: 2000,
  },
  quick: { rows: 4000, tests: 2000, steps: 150, looked: 1000 },
};

/** One value per seed; NaN if a network diverged. */
export interface Killed {
  /** Share of dead hidden units just after the harm, and after training. */
  readonly harmed: number[];
  readonly dead: number[];
  readonly accuracy: number[];
  /** 1 if the loss was not finite. */
  readonly diverged: number[];
}

/** Share of hidden units, in both layers, to which no image gives a gradient. */
const deadShare = async (trainer: Trainer, images: ClassDataset): Promise<number[]> =>
  overLayers(await measure(trainer, images, probes.dead()), ["1", "3"]);

/** Harms a network, by some steps at a far too large learning rate (`by: "kick"`) or biases far below zero, then trains normally. */
export async function killAndTrain(
  place: Place,
  activation: string,
  by: "kick" | "bias",
  { kick, kicks, bias, lr, batch, steps, looked }: Kill,
  { train, test }: { readonly train: ClassDataset; readonly test: ClassDataset },
): Promise<Killed> {
  const seen = await place.training(looked);
  const first = by === "kick" ? kicks : 0;
  const rate = (step: number): number => (step < first ? kick : lr);
  const training = {
    model: imageNet(activation, 64, 2),
    data: train,
    batch,
    steps: first,
    lr,
    optimizer: () => sgd({ lr: rate }),
    doing: `${activation}, ${by}`,
  };
  return place.train(training, async (trainer, kicked) => {
    if (by === "bias") {
      // The last layer's biases are unchanged.
      await changeWeights(trainer, (name, values) => void (/^[02]\.bias$/.test(name) && values.fill(bias)));
    }
    const harmed = await deadShare(trainer, seen);
    const { losses } = await trainer.fit(train, {
      steps,
      budgetMs: 500,
      onDiverged: "freeze",
      signal: place.signal,
    });
    place.say(training.doing);
    const diverged = losses.map((own, r) =>
      Number.isFinite(own.at(-1)) && kicked[r]!.every(Number.isFinite) ? 0 : 1,
    );
    const alive = (values: number[]): number[] => values.map((v, r) => (diverged[r] === 1 ? NaN : v));
    return {
      harmed,
      dead: alive(await deadShare(trainer, seen)),
      accuracy: alive(await accuracyOf(trainer, test)),
      diverged,
    };
  });
}
