/** Packs points into jobs: points of one shape become replicas of one recorded step. */
import type { OptionValue } from "../../core/options.ts";
import { MOST_POINTS, type SweepJob, checkJob } from "./job.ts";
import type { Point } from "./space.ts";

/** Points per step: enough to fill a GPU with small networks, few enough to keep several workers busy. */
export const usualPack = 16;

/** What all points have in common, besides the jobs' defaults. */
export type Base = Readonly<Record<string, OptionValue>>;

/**
 * Which points share a step depends only on the points, never on what is left to do: the same bits however often it was stopped.
 * @param round distinguishes the ids of different rounds
 * @param pack most points per job
 * @throws ActigradError as `checkJob`
 */
export function jobsOf(
  points: readonly Point[],
  base: Base,
  round: number,
  pack = usualPack,
): readonly SweepJob[] {
  const shapes = new Map<string, Point[]>();
  for (const [i, point] of points.entries()) {
    const { lr: _, seed: __, task, ...shape } = point.values;
    const name = task === undefined ? JSON.stringify(shape) : String(i); // a cell fills its steps with its own seeds
    shapes.set(name, [...(shapes.get(name) ?? []), point]);
  }
  const most = Math.min(pack, MOST_POINTS);
  const packs = [...shapes.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, (i + 1) * most)),
  );
  return packs.map((own, i) => {
    const id = `${round}-${i}`;
    const { lr: _, seed: __, ...values } = { ...base, ...own[0]!.values };
    if (values["task"] !== undefined) return checkJob({ kind: "cell", id, key: own[0]!.key, ...values });
    const each = (name: string, usual: number) => own.map((p) => p.values[name] ?? base[name] ?? usual);
    const keys = own.map(({ key }) => key);
    return checkJob({ kind: "train", id, ...values, keys, lr: each("lr", 0.001), seeds: each("seed", 0) });
  });
}
