/** Steps until a network's error on some training images falls to a bound, at its best learning rate. */
import type { ClassDataset, Trainer } from "../index.ts";
import type { Lines } from "../report/figure/figure.ts";
import type { Case } from "./cases.ts";
import { type Measured, accuracyOf } from "./measures.ts";
import { curve, lines, words } from "./panels.ts";
import type { Place, Training } from "./place.ts";

export interface Approach extends Omit<Training, "steps" | "lr" | "seeds" | "data"> {
  readonly data: ClassDataset;
  /** The images on which the error is measured. */
  readonly judged: ClassDataset;
  readonly error: number;
  /** Steps between two measurements, and the most steps. */
  readonly every: number;
  readonly most: number;
}

/** A type instead of an interface, so that figures accept it as plain JSON. */
export type Arrival = {
  /** Steps to the error, one per replica; `most` if it was not reached. */
  readonly steps: number[];
  readonly curve: { step: number; error: number[] }[];
};

/** Trains until all replicas reach the error, or until the first does. */
async function arrive(
  place: Place,
  trainer: Trainer,
  approach: Approach,
  until: "first" | "all",
): Promise<Arrival> {
  const { data, judged, error, every, most, doing } = approach;
  const steps = Array.from({ length: trainer.replicas }, () => most);
  const arrived = steps.map(() => false);
  const curve: Arrival["curve"] = [];
  const over = (): boolean => (until === "all" ? arrived.every(Boolean) : arrived.some(Boolean));
  for (let step = every; step <= most && !over(); step += every) {
    await trainer.fit(data, { steps: every, onDiverged: "freeze", signal: place.signal });
    place.say(doing, [step, most]);
    const errors = (await accuracyOf(trainer, judged)).map((a) => 1 - a);
    curve.push({ step, error: errors });
    for (const [r, e] of errors.entries()) {
      if (!(e <= error) || arrived[r] === true) continue;
      arrived[r] = true;
      steps[r] = step;
    }
  }
  return { steps, curve };
}

/** At a given learning rate, or at one per seed. */
export const arriveAt = (
  place: Place,
  approach: Approach,
  lr: number | readonly number[],
  seeds: readonly number[] = place.seeds,
): Promise<Arrival> =>
  place.train({ ...approach, steps: 0, lr, seeds }, (trainer) => arrive(place, trainer, approach, "all"));

/**
 * Trains at the learning rate that reaches the error first on seed 0: each rate of the grid trains until one reaches it, or until
 * all do. If several tie, or none reaches it, the rate with the smaller errors on the way is taken.
 */
export async function arriveAtBestRate(
  place: Place,
  key: string,
  lrs: readonly number[],
  approach: Approach,
  until: "first" | "all" = "first",
): Promise<Arrival> {
  const lr = await place.bestRate(key, lrs, { ...approach, steps: 0 }, async (trainer) => {
    const { curve, steps } = await arrive(place, trainer, approach, until);
    return steps.map((s, r) => -s - curve.reduce((sum, { error }) => sum + error[r]!, 0) / curve.length);
  });
  return arriveAt(place, approach, lr);
}

/** The steps of each case, by name, as a metric's values, and the error curves. */
export async function arrivals<C extends { readonly name: string }>(
  place: Place,
  cases: readonly C[],
  approach: (one: C) => Omit<Approach, "doing"> & { readonly lrs: readonly number[] },
  until?: "first" | "all",
): Promise<{ readonly steps: Measured; readonly curves: Readonly<Record<string, Arrival["curve"]>> }> {
  const steps: Measured = {};
  const curves: Record<string, Arrival["curve"]> = {};
  for (const one of cases) {
    const { lrs, ...rest } = approach(one);
    const found = await arriveAtBestRate(place, one.name, lrs, { ...rest, doing: one.name }, until);
    steps[one.name] = found.steps;
    curves[one.name] = found.curve;
  }
  return { steps, curves };
}

/** The errors during training, and a line at the error to reach: the set-up's `error`. */
export const errorLines = (
  cases: readonly Case[],
  curves: Readonly<Record<string, Arrival["curve"]>>,
  { error, log = false, from = 0, to = 1 }: { error: number; log?: boolean; from?: number; to?: number },
): Lines =>
  lines(
    { label: words.step, log },
    { label: words.error, percent: true, from, to },
    cases.map(({ name, label }) =>
      curve(
        label ?? name,
        curves[name]!.map((at) => [at.step, at.error]),
      ),
    ),
    { levels: [{ at: error, name: words.target }] },
  );
