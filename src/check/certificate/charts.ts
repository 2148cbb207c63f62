/** Largest errors as dots, and errors over x as curves: ours, the textbook's, and what we and WebNN allow. */
import { type CurvePoint, curveCharts } from "../../report/curves.ts";
import { dotChart } from "../../report/dots.ts";
import type { LegendItem } from "../../report/legend.ts";
import type { Markup } from "../../report/markup.ts";
import { logScale } from "../../report/scale.ts";
import { ULP_CAP, ulpText } from "./numbers.ts";
import { type CaseResult, CURVE_BINS, type FormResult } from "./result.ts";

/** Logarithmic in ulp, from a tenth (and everything below) to a million (and above). */
const scale = logScale(0.1, ULP_CAP * 10 ** 0.15);

const ticks = [
  [1, "1"],
  [10, "10"],
  [100, "100"],
  [1000, "1,000"],
  [1e4, "10⁴"],
  [1e5, "10⁵"],
  [1e6, "10⁶"],
] as const;

/** Values that are not finite are drawn at the scale's end. */
const valueOf = (error: number): number => (Number.isNaN(error) ? Infinity : error);

/** A function or its derivative. */
export type Side = "f" | "slope";

const nameOf = (side: Side): string => (side === "f" ? "f" : "f'");
const goalOf = ({ goals }: CaseResult, side: Side): number => (side === "f" ? goals.forward : goals.slope);

const bookText = ({ ulp, broken }: FormResult): string =>
  `${ulpText(ulp.error)}${broken.count > 0 ? "†" : ""}`;

/** A row per case: its largest error. */
export function errorDots(cases: readonly CaseResult[], side: Side): Markup {
  const name = nameOf(side);
  const rows = cases.map((one) => {
    const { id, webnn, ours, textbook } = one;
    const [own, book] = [ours[side], textbook?.[side]];
    return {
      name: id,
      own: { value: valueOf(own.ulp.error), text: ulpText(own.ulp.error) },
      other: book && { value: valueOf(book.ulp.error), text: bookText(book) },
      goal: goalOf(one, side),
      bound: side === "f" && webnn !== null && webnn > 0 ? webnn : undefined,
    };
  });
  const told = cases.map(({ id, ours, textbook }) => {
    const other = textbook === null ? "" : `, textbook ${ulpText(textbook[side].ulp.error)}`;
    return `${id} ${ulpText(ours[side].ulp.error)}${other}`;
  });
  const bounds: LegendItem[] = rows.some(({ bound }) => bound !== undefined)
    ? [{ colour: "bound", text: "WebNN's bound" }]
    : [];
  return dotChart({
    caption:
      `Largest error of ${name} within |x| ≤ 10 in ulp (log scale). Errors below 0.1 are drawn at the left ` +
      "end, errors above a million or not finite at the right. Numbers: ours, then the textbook's; †: NaN or infinity " +
      "somewhere in float32 where the true value has none.",
    description: `Largest error of ${name} in ulp: ${told.join("; ")}`,
    legend: [
      { colour: "a", text: "ours" },
      { colour: "b", text: "textbook, WGSL's built-ins" },
      { colour: "goal", text: "goal" },
      ...bounds,
    ],
    place: scale,
    ticks,
    rows,
  });
}

/** One chart per case with a textbook form: its error over x, a point in the middle of each bin. */
export function errorCurves(cases: readonly CaseResult[], side: Side): Markup | undefined {
  const name = nameOf(side);
  const line = ({ curve }: FormResult): CurvePoint[] =>
    curve.map((error, i) => [(i + 0.5) / CURVE_BINS, valueOf(error)]);
  const charts = cases.flatMap((one) => {
    const [own, book] = [one.ours[side], one.textbook?.[side]];
    if (book === undefined) return [];
    return {
      name: one.id,
      description: `${one.id}, ${name}: ours at most ${ulpText(own.ulp.error)} ulp, textbook ${ulpText(book.ulp.error)}`,
      goal: goalOf(one, side),
      lines: [
        { colour: "a" as const, points: line(own) },
        { colour: "b" as const, points: line(book) },
      ],
    };
  });
  if (charts.length === 0) return undefined;
  const zones = "; near zeros of f' in units of 2⁻²⁵, of which 8 are allowed too";
  return curveCharts({
    caption:
      `Largest error of ${name} in each eightieth of [-10, 10], in ulp (log scale)${side === "slope" ? zones : ""}. ` +
      "Blue: ours; orange: the textbook's; dashed line: the goal.",
    y: scale,
    levels: [
      [1, "1"],
      [1e3, "10³"],
      [1e6, "10⁶"],
    ],
    under: ["-10", "0", "10"],
    charts,
  });
}
