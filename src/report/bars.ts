/** Rows with a name, a track drawn to a common scale, and a number: bars or dots, with whiskers. */
import type { Spread } from "../core/statistics.ts";
import { at, html, type Markup } from "./markup.ts";
import { legendOf, type LegendItem } from "./legend.ts";
import { linearScale, linearTicks } from "./scale.ts";

export interface Mark {
  /** One of the report's colours: the stylesheet knows a and b. */
  readonly colour: "a" | "b";
  readonly spread: Spread;
  readonly text: string;
}

export interface BarRow {
  readonly name: string;
  readonly marks: readonly Mark[];
}

export interface BarChart {
  readonly caption: string;
  /** Text for people who cannot see it. */
  readonly description: string;
  readonly legend?: readonly LegendItem[];
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly showTick: (value: number) => string;
  /** Reference lines across all rows. */
  readonly lines?: readonly { readonly at: number; readonly colour: "a" | "b" }[];
  readonly kind: "bar" | "dot";
  readonly rows: readonly BarRow[];
}

/** Pixels of a row per mark in it. */
const THICK = 15;

/**
 * Coordinates along the scale are percentages of the track's width, and text is outside of the stretched part: so the chart fits
 * any width and its text keeps its size.
 */
export function barChart(chart: BarChart): Markup {
  const { caption, description, legend = [], from, to, ticks, showTick, lines = [], kind, rows } = chart;
  const place = linearScale(from, to);
  const share = (value: number): number => 100 * place(value);
  const x = (value: number): string => `${at(share(value))}%`;
  const grid = [
    ...ticks.map((tick) => html`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="100%" />`),
    ...lines.map(
      (line) =>
        html`<line class="mark ${line.colour}" x1="${x(line.at)}" x2="${x(line.at)}" y1="0" y2="100%" />`,
    ),
  ];
  const drawn = ({ colour, spread: { median, low, high } }: Mark, i: number): Markup[] => {
    const middle = 4 + THICK * (i + 0.5);
    const body =
      kind === "bar"
        ? html`<rect
            class="fill ${colour}"
            x="0"
            width="${x(median)}"
            y="${middle - 6}"
            height="12"
            rx="1"
          />`
        : html`<circle class="fill ${colour}" cx="${x(median)}" cy="${middle}" r="4.5" />`;
    const whisker = html`<line
      class="whisker"
      x1="${x(low)}"
      x2="${x(high)}"
      y1="${middle}"
      y2="${middle}"
    />`;
    const ends = [low, high].map(
      (end) =>
        html`<line class="whisker" x1="${x(end)}" x2="${x(end)}" y1="${middle - 3}" y2="${middle + 3}" />`,
    );
    return kind === "bar" ? [body, whisker, ...ends] : [whisker, ...ends, body];
  };
  const height = (marks: number): number => 8 + THICK * Math.max(1, marks);
  const body = rows.map(
    ({ name, marks }) =>
      html` <span class="name">${name}</span>
        <svg class="track" height="${height(marks.length)}">${grid}${marks.flatMap(drawn)}</svg>
        <span class="value"
          >${marks.length === 0 ? html`<span>–</span>` : marks.map((m) => html`<span>${m.text}</span>`)}</span
        >`,
  );
  const axis = ticks.map((tick) => {
    const position = share(tick);
    const anchor = position < 4 ? "start" : position > 96 ? "end" : "middle";
    return html`<text x="${x(tick)}" y="14" text-anchor="${anchor}">${showTick(tick)}</text>`;
  });
  return html` <figure>
    <figcaption>${caption}</figcaption>
    ${legendOf(legend)}
    <div class="bars" role="img" aria-label="${description}">
      ${body} <span></span><svg class="axis" height="18">${axis}</svg><span></span>
    </div>
  </figure>`;
}

/** Ratios as bars from 0, each row relative to the same thing: `1.20×`. Line a is at 1. */
export function ratioBars({
  lines = [],
  ...chart
}: Pick<BarChart, "caption" | "description" | "legend" | "lines" | "rows">): Markup {
  const highs = chart.rows.flatMap(({ marks }) => marks.map(({ spread }) => spread.high));
  const to = Math.max(1, ...highs) * 1.02;
  const told = chart.rows.map(({ name, marks }) => `${name} ${marks.map((m) => m.text).join(" and ")}`);
  return barChart({
    ...chart,
    description: `${chart.description}: ${told.join(", ")}`,
    from: 0,
    to,
    ticks: linearTicks(0, to, 6),
    showTick: (value) => `${value}×`,
    lines: [{ at: 1, colour: "a" }, ...lines],
    kind: "bar",
  });
}
