/** Several learning rates in one training: the result of each, and which is best. */
import { type Trial, chooseTrial } from "../../core/trials.ts";
import type { Dataset } from "../../index.ts";
import type { Rates } from "./train-result.ts";

/** The rates with what they gave, and the best on the validation rows. */
export function ratesOf(
  trials: readonly Trial[],
  { train, validation }: { train: Dataset; validation?: Dataset },
): Rates {
  if (validation === undefined) return { trials, chosen: null };
  const { trial, edge } = chooseTrial(trials, train.kind === "classes" ? "high" : "low");
  return { trials, chosen: { rate: trial.rate, edge } };
}

/** The replicas of a trainer, those of the chosen rate first. */
export function replicasInOrder(replicas: number, rates: readonly number[], chosen = rates[0]!): number[] {
  const each = replicas / rates.length;
  const all = Array.from({ length: replicas }, (_, r) => r);
  const isChosen = (r: number): boolean => rates[Math.floor(r / each)] === chosen;
  return [...all.filter(isChosen), ...all.filter((r) => !isChosen(r))];
}
