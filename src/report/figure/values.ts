/** A figure's values as tables of text: for people who cannot see it, and to read values off. */
import type { Axis, Figure, LinePoint, Name, Panel } from "./figure.ts";
import { nameOf } from "./frame.ts";
import type { Language } from "../../core/text.ts";

export interface ValueTable {
  readonly title: string;
  readonly heading: readonly string[];
  /** The first cell is the row's name. */
  readonly rows: readonly (readonly string[])[];
}

/** Most lines of a table; long curves are thinned. */
const MOST = 24;

const number = (value: number | null | undefined, percent = false): string => {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (percent) return `${(value * 100).toFixed(1)} %`;
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));
};

const ranged = (middle: string, low: string, high: string): string =>
  low === high ? middle : `${middle} [${low}, ${high}]`;

export const figureValues = ({ panels }: Figure, language: Language): ValueTable[] =>
  panels.map((panel) => tableOf(panel, language));

function tableOf(panel: Panel, language: Language): ValueTable {
  const text = (name: Name): string => nameOf(name, language);
  const title = panel.title?.[language] ?? "";
  switch (panel.kind) {
    case "lines": {
      const all = [...new Set(panel.series.flatMap(({ points }) => points.map(([x]) => x)))];
      const xs = thinned(all.toSorted((a, b) => a - b));
      return {
        title: title || panel.y.label[language],
        heading: [panel.x.label[language], ...panel.series.map(({ name }) => text(name))],
        rows: xs.map((x) => [
          number(x),
          ...panel.series.map(({ points }) =>
            pointText(
              points.find((p) => p[0] === x),
              panel.y,
            ),
          ),
        ]),
      };
    }
    case "bars": {
      const { label, percent } = panel.value;
      return {
        title: title || label[language],
        heading: ["", label[language], language === "ko" ? "참조" : "reference"],
        rows: panel.bars.map(({ name, value, low = null, high = null, reference }) => [
          text(name),
          low === null || high === null
            ? number(value, percent)
            : ranged(number(value, percent), number(low, percent), number(high, percent)),
          number(reference, percent),
        ]),
      };
    }
    case "points":
      return {
        title,
        heading: [
          "",
          language === "ko" ? "점의 수" : "points",
          panel.x.label[language],
          panel.y.label[language],
        ],
        rows: panel.groups.map(({ name, points }) => [
          text(name),
          String(points.length),
          extent(points.map(([x]) => x)),
          extent(points.map(([, y]) => y)),
        ]),
      };
    case "heat":
      return {
        title: title || `${panel.y.label[language]} × ${panel.x.label[language]}`,
        heading: ["", ...panel.x.names.map(text)],
        rows: panel.values.map((row, i) => [text(panel.y.names[i] ?? ""), ...row.map((v) => number(v))]),
      };
  }
}

function thinned(xs: readonly number[]): readonly number[] {
  if (xs.length <= MOST) return xs;
  const picked = Array.from({ length: MOST }, (_, i) => xs[Math.round((i * (xs.length - 1)) / (MOST - 1))]!);
  return [...new Set(picked)];
}

function pointText(point: LinePoint | undefined, { percent }: Axis): string {
  if (point === undefined) return "–";
  const middle = number(point[1], percent);
  if (point.length === 2) return middle;
  return ranged(middle, number(point[2], percent), number(point[3], percent));
}

const extent = (values: readonly number[]): string =>
  values.length === 0 ? "–" : `${number(Math.min(...values))} – ${number(Math.max(...values))}`;
