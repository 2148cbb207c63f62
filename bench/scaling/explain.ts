/** Compares neighbouring points of a curve with what is expected, so that jumps are explained. */
import type { ScalingPoint } from "./result.ts";

/** A jump: measured growth differs from expected growth by more than this factor. */
const STEP = 1.5;

export interface Growth {
  /** This point's time and FLOPs as multiples of the previous point's. */
  readonly time: number;
  readonly flops: number;
  /** The time's growth divided by the growth of the least time; 1 is as expected. */
  readonly beyond?: number;
  /** What differs from the previous point: other tiles, other numbers of dispatches. */
  readonly changes: readonly string[];
  /** Set if the time is more than half slower or faster than the least time's growth predicts. */
  readonly jump?: "slower" | "faster";
}

/** How a point differs from the previous one on its curve; undefined if either has no time. */
export function growth(before: ScalingPoint, now: ScalingPoint): Growth | undefined {
  if (before.ms === undefined || now.ms === undefined) return undefined;
  const time = now.ms.median / before.ms.median;
  const flops = now.flops / before.flops;
  const least =
    before.leastMs === undefined || now.leastMs === undefined ? undefined : now.leastMs / before.leastMs;
  const beyond = least === undefined ? undefined : time / least;
  return {
    time,
    flops,
    ...(beyond === undefined ? {} : { beyond }),
    changes: changesOf(before, now),
    ...(beyond === undefined || (beyond <= STEP && beyond >= 1 / STEP)
      ? {}
      : { jump: beyond > 1 ? "slower" : "faster" }),
  };
}

/** A short form for tables: "8x16 tile in quads, 16 a workgroup" becomes 8x16q/16. */
export const short = (variant: string): string =>
  variant.replace(
    /^(\d+x\d+) tile( in q)?(?:uads)?, (\d+) a workgroup/,
    (_, tile: string, quads: unknown, of: string) => `${tile}${quads === undefined ? "" : "q"}/${of}`,
  );

function changesOf(before: ScalingPoint, now: ScalingPoint): string[] {
  const changes: string[] = [];
  const [old, fresh] = [before, now].map((p) => new Set(p.variants.map(({ variant }) => short(variant))));
  const gone = [...old!].filter((variant) => !fresh!.has(variant));
  const come = [...fresh!].filter((variant) => !old!.has(variant));
  if (come.length > 0) changes.push(`now ${come.join(" ")}`);
  if (gone.length > 0) changes.push(`no longer ${gone.join(" ")}`);
  const more = now.dispatches - before.dispatches;
  if (more !== 0) changes.push(`${more > 0 ? "+" : ""}${more} dispatches`);
  return changes;
}

/** The time per replica as a fraction of one run alone; undefined if either is missing. */
export function costOfEach(points: readonly ScalingPoint[], replicas: number): number | undefined {
  const at = (x: number): number | undefined => points.find((p) => p.replicas === x)?.ms?.median;
  const [alone, together] = [at(1), at(replicas)];
  return alone === undefined || together === undefined ? undefined : together / replicas / alone;
}
