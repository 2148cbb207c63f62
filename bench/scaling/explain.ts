/** What a curve should do from point to point, so that a jump in it does not stay unexplained. */
import type { ScalingPoint } from "./result.ts";

/** Time may grow by so much more than it should before it is called a jump. */
const STEP = 1.5;

export interface Growth {
  /** This point's time as a multiple of the one before; the same of its FLOPs. */
  readonly time: number;
  readonly flops: number;
  /** Time's growth as a multiple of what the least time's growth would have it; 1 is as expected. */
  readonly beyond?: number;
  /** What is not as it was: other tiles, other kinds of dispatches. */
  readonly changes: readonly string[];
  /** "slower" or "faster" than the least time's growth by more than half, else absent. */
  readonly jump?: "slower" | "faster";
}

/** How a point differs from the one before it on its curve; undefined where one of them has no time. */
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

/** "8x16 tile in quads, 16 a workgroup" as 8x16q/16, which tables have room for. */
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

/** What a replica costs, as a part of a lone run; undefined without both. */
export function costOfEach(points: readonly ScalingPoint[], replicas: number): number | undefined {
  const at = (x: number): number | undefined => points.find((p) => p.replicas === x)?.ms?.median;
  const [alone, together] = [at(1), at(replicas)];
  return alone === undefined || together === undefined ? undefined : together / replicas / alone;
}
