/** Small charts side by side, one per name, over common axes: curves, a band, a dashed line. */
import { streamOf } from "../core/random.ts";
import { at, html, type Markup } from "./markup.ts";
import type { Place } from "./scale.ts";

/** x as a fraction of the width, y as a value. */
export type CurvePoint = readonly [x: number, y: number];

export interface CurveChart {
  readonly name: string;
  /** Text next to the name. */
  readonly text?: string;
  /** Text for people who cannot see it. */
  readonly description: string;
  /** The first is drawn on top. */
  readonly lines: readonly { readonly colour: "a" | "b"; readonly points: readonly CurvePoint[] }[];
  readonly band?: { readonly low: readonly CurvePoint[]; readonly high: readonly CurvePoint[] };
  /** A dashed horizontal line. */
  readonly goal?: number;
}

export interface CurveCharts {
  readonly caption: string;
  readonly y: Place;
  readonly levels: readonly (readonly [value: number, text: string])[];
  /** Texts under the chart: left, middle, right. */
  readonly under?: readonly [left: string, middle: string, right: string];
  /** Draws the first line of all other charts behind each, in grey. */
  readonly others?: boolean;
  readonly charts: readonly CurveChart[];
}

const HEIGHT = 90;

export function curveCharts({ caption, y: up, levels, under, others = false, charts }: CurveCharts): Markup {
  const y = (value: number): string => at(100 - 100 * up(value));
  const place = (points: readonly CurvePoint[]): string =>
    points.map(([x, value]) => `${at(100 * x)},${y(value)}`).join(" ");
  const grid = levels.map(
    ([value, text]) =>
      html`<line class="grid" x1="0" x2="100%" y1="${y(value)}%" y2="${y(value)}%" />
        <text x="-5" y="${y(value)}%" dy="4" text-anchor="end">${text}</text>`,
  );
  const names = under?.map((text, i) => {
    const anchor = (["start", "middle", "end"] as const)[i]!;
    return html`<text x="${50 * i}%" y="${HEIGHT + 12}" text-anchor="${anchor}">${text}</text>`;
  });
  // A page may have several of these: each figure's background charts are its own.
  const idOf = (i: number): string => `curve-${streamOf(caption).toString(36)}-${i}`;
  const first = ({ lines }: CurveChart): string => place(lines[0]?.points ?? []);
  const drawn = charts.map(({ name, text, description, lines, band, goal }, i) => {
    const behind = others
      ? charts.map((_, k) => (k === i ? html`` : html`<use href="#${idOf(k)}" />`))
      : undefined;
    const shade = band && `${place(band.high)} ${place(band.low.toReversed())}`;
    return html` <div class="curve" role="img" aria-label="${description}">
      <p><b>${name}</b>${text === undefined ? undefined : html` <span>${text}</span>`}</p>
      <svg height="${HEIGHT + (under === undefined ? 0 : 14)}">
        <svg height="${HEIGHT}">
          ${grid}
          ${
            goal === undefined
              ? undefined
              : html`<line class="goal" x1="0" x2="100%" y1="${y(goal)}%" y2="${y(goal)}%" />`
          }
          <svg viewBox="0 0 100 100" preserveAspectRatio="none">
            ${behind && html`<g class="others">${behind}</g>`}
            ${shade && html`<polygon class="band" points="${shade}" />`}
            ${lines
              .toReversed()
              .map(
                ({ colour, points }) =>
                  html`<polyline
                    class="line ${colour}"
                    vector-effect="non-scaling-stroke"
                    points="${place(points)}"
                  />`,
              )}
          </svg>
        </svg>
        ${names}
      </svg>
    </div>`;
  });
  // Attributes, not styles: a rule that selects by position does not reach copies.
  const shared = charts.map(
    (chart, i) =>
      html`<polyline
        id="${idOf(i)}"
        fill="none"
        vector-effect="non-scaling-stroke"
        points="${first(chart)}"
      />`,
  );
  return html` <figure>
    <figcaption>${caption}</figcaption>
    ${others ? html`<svg class="hidden" aria-hidden="true"><defs>${shared}</defs></svg>` : undefined}
    <div class="curves">${drawn}</div>
  </figure>`;
}
