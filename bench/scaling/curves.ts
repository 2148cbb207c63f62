/** The networks on each curve. */
import type { CurveSpec, PointSpec } from "./result.ts";

const INPUTS = 64;
const OUTPUTS = 10;

const hidden = (count: number, width: number): number[] => Array.from({ length: count }, () => width);

/** Time against depth, width, batch and replicas, one at a time. In the last curve, overhead dominates. */
export function curveSpecs(quick: boolean): CurveSpec[] {
  const curve = (
    name: string,
    axis: string,
    fixed: string,
    xs: readonly number[],
    point: (x: number) => Omit<PointSpec, "x">,
  ): CurveSpec => ({ name, axis, fixed, points: xs.map((x) => ({ x, ...point(x) })) });
  const depths = quick ? [2, 8, 32] : [2, 3, 4, 6, 8, 12, 16, 24, 32];
  const widths = quick ? [64, 256, 1024] : [64, 128, 256, 512, 768, 1024, 2048];
  const batches = quick ? [32, 256, 2048] : [32, 64, 128, 256, 512, 1024, 2048];
  const replicas = quick ? [1, 8, 32] : [1, 2, 4, 8, 16, 32, 64];
  return [
    curve("depth", "hidden layers", "each 64 wide, batch 128", depths, (x) => ({
      sizes: [INPUTS, ...hidden(x, 64), OUTPUTS],
      batch: 128,
      replicas: 1,
    })),
    curve("width", "wide", "two hidden layers, batch 128", widths, (x) => ({
      sizes: [INPUTS, ...hidden(2, x), OUTPUTS],
      batch: 128,
      replicas: 1,
    })),
    curve("batch", "rows", "784-256-128-10", batches, (x) => ({
      sizes: [784, 256, 128, 10],
      batch: x,
      replicas: 1,
    })),
    curve("replicas", "replicas", "64-64-64-10, batch 64", replicas, (x) => ({
      sizes: [INPUTS, 64, 64, OUTPUTS],
      batch: 64,
      replicas: x,
    })),
    curve("replicas, small", "replicas", "2-8-8-2, batch 16", replicas, smallest),
  ];
}

function smallest(replicas: number): Omit<PointSpec, "x"> {
  return { sizes: [2, 8, 8, 2], batch: 16, replicas };
}
