/** Curves over logarithmic axes, with numbers under each point. */
import type { Spread } from "../core/statistics.ts";
import { legendOf } from "./legend.ts";
import { at, html, type Markup } from "./markup.ts";
import { logScale, logTicks, positiveExtent } from "./scale.ts";

export interface LinePoint {
  readonly x: number;
  readonly y: Spread;
}

export interface LinePlot {
  readonly caption: string;
  /** Text for people who cannot see it. */
  readonly description: string;
  /** Line a has dots and whiskers at its points, line b is dashed. */
  readonly lines: readonly {
    readonly colour: "a" | "b";
    readonly text: string;
    readonly points: readonly LinePoint[];
  }[];
  /** Rows under the axis: a name, and a text for each x. */
  readonly under: readonly {
    readonly name: string;
    readonly texts: readonly (readonly [number, string])[];
  }[];
}

const HEIGHT = 220;
const ROW = 15;
/** Margin of the axis beyond the minimum and maximum, as a factor. */
const ROOM = 10 ** 0.05;

/** Undefined without points. Positions are percentages of the plot, so that it fits any width and text keeps its size. */
export function linePlot({ caption, description, lines, under }: LinePlot): Markup | undefined {
  const points = lines.flatMap((line) => line.points);
  const xs = positiveExtent(points.map(({ x }) => x));
  const ys = positiveExtent(points.flatMap(({ y }) => [y.low, y.high, y.median]));
  if (xs === undefined || ys === undefined) return undefined;
  const [from, to] = [ys[0] / ROOM, ys[1] * ROOM];
  const [along, up] = [logScale(...xs), logScale(from, to)];
  const x = (value: number): number => 100 * along(value);
  const y = (value: number): number => 100 - 100 * up(value);

  const grid = logTicks(from, to).map(
    (tick) =>
      html`<line class="grid" x1="0" x2="100%" y1="${at(y(tick))}%" y2="${at(y(tick))}%" />
        <text x="-6" y="${at(y(tick))}%" dy="4" text-anchor="end">${tick}</text>`,
  );
  const drawn = lines.map(
    (line) =>
      html`<polyline
        class="line ${line.colour}${line.colour === "b" ? " broken" : ""}"
        vector-effect="non-scaling-stroke"
        points="${line.points.map((p) => `${at(x(p.x))},${at(y(p.y.median))}`).join(" ")}"
      />`,
  );
  const dots = lines
    .filter(({ colour }) => colour === "a")
    .flatMap((line) =>
      line.points.map(({ x: position, y: { median, low, high } }) => {
        const centre = `${at(x(position))}%`;
        return html`<line
            class="whisker"
            x1="${centre}"
            x2="${centre}"
            y1="${at(y(low))}%"
            y2="${at(y(high))}%"
          />
          <circle class="fill a" cx="${centre}" cy="${at(y(median))}%" r="4" />`;
      }),
    );
  const rows = under.map(({ name, texts }, i) => {
    const height = ROW * (i + 1);
    return html`<text x="-24" y="${height}" text-anchor="end">${name}</text>
      ${texts.map(([position, text]) => html`<text x="${at(x(position))}%" y="${height}" text-anchor="middle">${text}</text>`)}`;
  });
  return html` <figure>
    <figcaption>${caption}</figcaption>
    ${legendOf(lines)}
    <div class="plot" role="img" aria-label="${description}">
      <svg height="${HEIGHT}">
        ${grid}
        <svg viewBox="0 0 100 100" preserveAspectRatio="none">${drawn}</svg>
        ${dots}
      </svg>
      <svg height="${ROW * under.length + 4}">${rows}</svg>
    </div>
  </figure>`;
}
