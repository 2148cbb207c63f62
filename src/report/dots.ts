/** Rows with a name and two dots on one line, ours and another's, with the allowed limits. */
import { legendOf, type LegendItem } from "./legend.ts";
import { at, html, type Markup } from "./markup.ts";
import type { Place } from "./scale.ts";

export interface Dot {
  readonly value: number;
  readonly text: string;
}

export interface DotRow {
  readonly name: string;
  readonly own: Dot;
  /** Connected to ours by a line. */
  readonly other?: Dot | undefined;
  readonly goal: number;
  /** Somebody else's limit. */
  readonly bound?: number | undefined;
}

export interface DotChart {
  readonly caption: string;
  /** Text for people who cannot see it. */
  readonly description: string;
  readonly legend: readonly LegendItem[];
  readonly place: Place;
  /** Every second label is left out if space is short. */
  readonly ticks: readonly (readonly [value: number, text: string])[];
  readonly rows: readonly DotRow[];
}

/** Pixels per row. */
const ROW = 20;

export function dotChart({ caption, description, legend, place, ticks, rows }: DotChart): Markup {
  const x = (value: number): string => `${at(100 * place(value))}%`;
  const grid = ticks.map(
    ([value]) => html`<line class="grid" x1="${x(value)}" x2="${x(value)}" y1="0" y2="100%" />`,
  );
  const dot = (colour: "a" | "b", { value }: Dot): Markup =>
    html`<circle class="fill ${colour}" cx="${x(value)}" cy="50%" r="4.5" />`;
  const drawn = rows.map(({ name, own, other, goal, bound }) => {
    const mark =
      bound === undefined
        ? undefined
        : html`<line class="bound" x1="${x(bound)}" x2="${x(bound)}" y1="2" y2="${ROW - 2}" />`;
    const way =
      other === undefined
        ? undefined
        : html`<line class="way" x1="${x(own.value)}" x2="${x(other.value)}" y1="50%" y2="50%" />`;
    return html` <span class="name">${name}</span>
      <svg class="track" height="${ROW}">
        ${grid}${way}
        <line class="goal" x1="${x(goal)}" x2="${x(goal)}" y1="0" y2="100%" />
        ${mark}${other === undefined ? undefined : dot("b", other)}${dot("a", own)}
      </svg>
      <span class="value pair"><span>${own.text}</span><span>${other?.text}</span></span>`;
  });
  const axis = ticks.map(([value, text], i) => {
    const anchor = place(value) > 0.94 ? "end" : "middle";
    return html`<text class="tick${i % 2}" x="${x(value)}" y="14" text-anchor="${anchor}">${text}</text>`;
  });
  return html` <figure>
    <figcaption>${caption}</figcaption>
    ${legendOf(legend)}
    <div class="bars" role="img" aria-label="${description}">
      ${drawn} <span></span><svg class="axis" height="18">${axis}</svg><span></span>
    </div>
  </figure>`;
}
