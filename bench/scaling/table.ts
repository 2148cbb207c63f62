import { decimal, percent, whole } from "../../src/report/numbers.ts";
import { linePlot } from "../../src/report/lines.ts";
import type { Markup } from "../../src/report/markup.ts";
import { cell, interval, none, type Cell, type Table } from "../../src/report/table.ts";
import { costOfEach, growth, short } from "./explain.ts";
import type { ScalingCurve, ScalingPoint } from "./result.ts";

const times = (value: number): string => `${decimal(value)}×`;
const millions = (flops: number): string => decimal(flops / 1e6);

const titleOf = ({ name, fixed }: ScalingCurve): string => `Time of a step against ${name}: ${fixed}`;
/** Whether a curve has at least one time: a stopped one may have none. */
export const reached = (curve: ScalingCurve): boolean => curve.points.some(({ ms }) => ms !== undefined);

/** One row per point: its time, what it consists of, and how it differs from the previous point. */
export function scalingTable(curve: ScalingCurve): Table {
  const { points } = curve;
  return {
    title: titleOf(curve),
    heading: [
      curve.axis,
      "ms",
      "quartiles",
      "GFLOP/s",
      "of least",
      "dispatches",
      "MFLOP",
      "time",
      "FLOP",
      "tiles of the products",
      "what changed",
    ],
    rows: points.map((point, i) => rowOf(point, points[i - 1])),
    notes: [
      "Of least: the least time the step could take (dispatch overhead plus each dispatch's arithmetic or memory traffic at the " +
        "adapter's limits) over its actual time. Time, FLOP: multiples of the row above. Tiles: rows x " +
        "columns per invocation (q: in quads that share loads) / invocations per workgroup. JUMP: time grew at least 1.5 times faster or slower than the least time.",
      ...costNotes(curve),
    ],
  };
}

function rowOf(point: ScalingPoint, before: ScalingPoint | undefined): Cell[] {
  const { x, ms, flops, dispatches, variants, leastMs } = point;
  const grown = before && growth(before, point);
  const jump =
    grown?.jump === undefined ? [] : [`JUMP, ${grown.jump}: ${times(grown.beyond!)} the least's growth`];
  const text = [...jump, ...(grown?.changes ?? [])].join(", ");
  return [
    cell(whole(x)),
    ...(ms === undefined
      ? [none, none, none, none]
      : [
          cell(decimal(ms.median)),
          cell(interval(ms, decimal)),
          cell(decimal(flops / ms.median / 1e6)),
          leastMs === undefined ? none : cell(percent(leastMs / ms.median, 0)),
        ]),
    cell(String(dispatches)),
    cell(millions(flops)),
    ...(grown === undefined ? [none, none] : [cell(times(grown.time)), cell(times(grown.flops))]),
    cell(variants.map(({ variant, dispatches: count }) => `${count} × ${short(variant)}`).join(", ")),
    text === "" ? none : cell(text),
  ];
}

/** The cost of a replica when many are trained together. */
function costNotes({ name, points }: ScalingCurve): string[] {
  const cost = name.startsWith("replicas") ? costOfEach(points, 32) : undefined;
  return cost === undefined
    ? []
    : [
        `Each of 32 replicas costs 1/${decimal(1 / cost)} of a lone run; the goal is 1/5 or less where overhead dominates.`,
      ];
}

export function scalingPlot(curve: ScalingCurve): Markup | undefined {
  const points = curve.points.flatMap(({ ms, ...point }) => (ms === undefined ? [] : [{ ...point, ms }]));
  const texts = (of: (point: ScalingPoint) => string) => points.map((p) => [p.x, of(p)] as const);
  const least = points.flatMap(({ x, leastMs }) =>
    leastMs === undefined ? [] : [{ x, y: { median: leastMs, low: leastMs, high: leastMs } }],
  );
  return linePlot({
    caption:
      "Milliseconds per step, both axes logarithmic; whiskers: quartiles. Dashed: the least time that its dispatches could take " +
      "at the adapter's limits. The table shows where a tile changed.",
    description: `${titleOf(curve)}: ${points.map(({ x, ms }) => `${x}: ${decimal(ms.median)} ms`).join(", ")}`,
    lines: [
      { colour: "a", text: "measured", points: points.map(({ x, ms }) => ({ x, y: ms })) },
      ...(least.length === 0 ? [] : [{ colour: "b" as const, text: "at least", points: least }]),
    ],
    under: [
      { name: curve.axis, texts: texts(({ x }) => whole(x)) },
      { name: "dispatches", texts: texts(({ dispatches }) => String(dispatches)) },
      { name: "MFLOP", texts: texts(({ flops }) => millions(flops)) },
    ],
  });
}
