/** The strategies of `actigrad sweep`. */
import { type NamedMaker, named, parseNamed } from "../../core/options.ts";
import { ActigradError } from "../../core/errors.ts";
import { type Metric, pointsOf, ranked } from "./metric.ts";
import { type Base, jobsOf } from "./plan.ts";
import { type Axis, type Point, gridPoints, randomPoints } from "./space.ts";
import type { Strategy } from "./strategy.ts";

/** What a strategy is made from. */
export interface Aim {
  readonly axes: readonly Axis[];
  readonly base: Base;
  readonly metric: Metric;
  /** Most points per job. */
  readonly pack: number;
}

/** All points in one round. */
const once = (points: readonly Point[], { base, pack }: Aim): Strategy => ({
  total: points.length,
  next: (rounds) => (rounds.length > 0 ? [] : jobsOf(points, base, 0, pack)),
});

/** Default steps of a training: see `sharedOptions`. */
const usualSteps = 300;

/**
 * Successive halving: trains all points for few steps, then the best share of them from the start for eta times as many, up to
 * the steps of the sweep. Jamieson and Talwalkar 2016.
 */
function halving(aim: Aim, eta: number, rounds: number): Strategy {
  const { axes, base, metric, pack } = aim;
  if (axes.some(({ name }) => name === "steps"))
    throw new ActigradError("option", "halving chooses the steps itself, but the grid has an axis of them");
  const first = gridPoints(axes);
  const steps = Number(base["steps"] ?? usualSteps);
  const counts = Array.from({ length: rounds }, (_, r) => Math.max(1, Math.ceil(first.length / eta ** r)));
  const roundOf = (points: readonly Point[], r: number): readonly Point[] => {
    const own = Math.max(1, Math.round(steps / eta ** (rounds - 1 - r)));
    return points.map(({ key, values }) => ({
      key: `${key} steps=${own}`,
      values: { ...values, steps: own },
    }));
  };
  const nameOf = (key: string): string => key.replace(/ steps=\d+$/, "");
  return {
    total: counts.reduce((a, b) => a + b, 0),
    next(finished) {
      const r = finished.length;
      if (r === rounds) return [];
      if (r === 0) return jobsOf(roundOf(first, 0), base, 0, pack);
      const best = ranked(pointsOf(finished.slice(-1)), metric).slice(0, counts[r]);
      const kept = new Set(best.filter(({ diverged }) => !diverged).map(({ key }) => nameOf(key)));
      return jobsOf(
        roundOf(
          first.filter(({ key }) => kept.has(key)),
          r,
        ),
        base,
        r,
        pack,
      );
    },
  };
}

const whole = { kind: "number", whole: true } as const;

const table = {
  grid: named({}, () => (aim: Aim) => once(gridPoints(aim.axes), aim)),
  random: named(
    {
      points: { ...whole, min: 1, max: 100_000, default: 32, doc: "number of distinct points to draw" },
      seed: { ...whole, min: 0, default: 0, doc: "seed of the draws" },
    },
    ({ points, seed }) =>
      (aim: Aim) =>
        once(randomPoints(aim.axes, points, seed), aim),
  ),
  halving: named(
    {
      eta: {
        ...whole,
        min: 2,
        max: 16,
        default: 3,
        doc: "keep 1 in eta points each round, with eta times the steps",
      },
      rounds: {
        ...whole,
        min: 2,
        max: 10,
        default: 3,
        doc: "number of rounds; the last one trains all the sweep's steps",
      },
    },
    ({ eta, rounds }) =>
      (aim: Aim) =>
        halving(aim, eta, rounds),
  ),
} satisfies Record<string, NamedMaker<object, (aim: Aim) => Strategy>>;

export const strategyNames = Object.keys(table);

/** `grid`, `random:points=64,seed=1`, `halving:eta=3,rounds=3`. @throws ActigradError "option" */
export function makeStrategy(text: string, aim: Aim): Strategy {
  const { name, options } = parseNamed("strategy", text, table);
  return table[name].make(options)(aim);
}
