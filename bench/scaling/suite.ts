import { measureLimits } from "../../src/index.ts";
import { html } from "../../src/report/markup.ts";
import { tableHtml } from "../../src/report/table.ts";
import type { Suite } from "../suite.ts";
import { curveSpecs } from "./curves.ts";
import type { ScalingCurve, ScalingOptions, ScalingResult } from "./result.ts";
import { reached, scalingPlot, scalingTable } from "./table.ts";
import { timeCurve } from "./time.ts";

/** Seconds to compile a point, on a software adapter and on a GPU. */
const COMPILE = { software: 1.2, gpu: 0.4 } as const;

/** The time of a training step against depth, width, batch and replicas. */
export const scaling: Suite<ScalingOptions, ScalingResult> = {
  help: "step time by depth, width, batch and replicas",
  options: ({ quick }) => ({
    curves: curveSpecs(quick),
    rounds: quick ? { least: 3, most: 5 } : { least: 3, most: 15 },
    sampleMs: quick ? 20 : 40,
    pointSeconds: quick ? 1 : 4,
  }),
  prepare(options) {
    const { curves, ...how } = options;
    return {
      expect(progress, software) {
        const points = curves.reduce((sum, curve) => sum + curve.points.length, 0);
        progress.add("scaling limits", 1, 4);
        progress.add("scaling compile", points, software ? COMPILE.software : COMPILE.gpu);
        progress.add("scaling rounds", how.rounds.most * curves.length, software ? 0.7 : 0.3);
      },
      async run(gpu, { signal, progress, begin, once }) {
        const start = performance.now();
        const limits = await once("limits", () => measureLimits(gpu, undefined, { signal, begin }));
        progress.advance("scaling limits", 1, (performance.now() - start) / 1000);
        const done: ScalingCurve[] = [];
        for (const curve of curves) {
          if (signal.aborted) break;
          const observer = {
            signal,
            begin,
            done: (part: "compile" | "rounds", seconds: number) =>
              progress.advance(`scaling ${part}`, 1, seconds),
          };
          done.push(await once(curve.name, () => timeCurve(gpu, curve, how, limits, observer)));
        }
        return { rounds: how.rounds, sampleMs: how.sampleMs, limits, curves: done };
      },
    };
  },
  tables: ({ curves }) => curves.filter(reached).map(scalingTable),
  report(result) {
    const curves = result.curves.filter(reached);
    if (curves.length === 0) return undefined;
    return html`<h2>How the time of a step grows</h2>
      ${curves.map((curve) => {
        const table = scalingTable(curve);
        return html`<h3>${table.title}</h3>
          ${scalingPlot(curve)} ${tableHtml(table)}`;
      })}`;
  },
  ratios: ({ curves }) =>
    curves.flatMap(({ name, fixed, points }) =>
      points.flatMap(({ x, ms, leastMs }) =>
        ms === undefined || leastMs === undefined
          ? []
          : [{ name: `${name} ${x}, ${fixed}`, to: "the least time", value: leastMs / ms.median }],
      ),
    ),
  method: ({ rounds, sampleMs }) => [
    "Scaling: one recorded step with ReLU, cross entropy and Adam, rows of bytes picked from a table of two batches. " +
      `A sample is as many steps in one submit as fill about ${sampleMs} ms, 64 at most, and waiting for their end; ` +
      `all points of a curve are sampled in every round, each round in a different order, ${rounds.least} to ${rounds.most} times.`,
  ],
};
