/** The kinds of panels as SVG. */
import { at, html, type Markup } from "../markup.ts";
import type { Bars, Heat, LinePoint, Lines, Points } from "./figure.ts";
import {
  type Frame,
  PLOT,
  type Sheet,
  bottomAxis,
  classOf,
  leftAxis,
  legend,
  nameOf,
  placesOf,
  svg,
  widthOf,
  xOf,
  yOf,
} from "./frame.ts";
import type { Language } from "../../core/text.ts";
import { type Scale, scaleOf } from "./axis.ts";

const titleOf = (title: { en: string; ko: string } | undefined, language: Language): Markup =>
  title === undefined ? html`` : html`<text class="title" x="4" y="15">${title[language]}</text>`;

/** The plot's frame under title, legend and the left axis' name. */
const frameAt = (top: number, ticks: readonly string[], width: number): Frame => {
  const left = Math.max(...ticks.map(widthOf), 20) + 12;
  return { left, top, width: width - left - 14, height: PLOT };
};

export function drawLines(panel: Lines, { language, width }: Sheet): Markup {
  const { series, levels = [] } = panel;
  const all = series.flatMap(({ points }) => [...points]);
  const x = scaleOf(
    { ...panel.x, ...endsOf(panel.x, all) },
    all.map((p) => p[0]),
    6,
  );
  const y = scaleOf(panel.y, [...all.flatMap(([, ...ys]) => ys), ...levels.map((l) => l.at)]);
  const head = panel.title === undefined ? 0 : 22;
  const colours = placesOf(series.map(({ name }) => name));
  const names = series.map((s, i) => ({
    text: nameOf(s.name, language),
    colour: colours[i]!,
    broken: s.broken === true,
  }));
  const above = legend(names, head, width);
  const frame = frameAt(head + above.height + 24, y.ticks.map(y.text), width);
  const drawn = series.map((s, i) =>
    drawSeries(s.points, s.broken === true, classOf(colours[i]!), panel.dots === true, frame, x, y),
  );
  const marks = levels.map(
    (level) =>
      html`<line
          class="level"
          x1="${frame.left}"
          x2="${frame.left + frame.width}"
          y1="${yOf(frame, y.at(level.at))}"
          y2="${yOf(frame, y.at(level.at))}"
        />
        <text x="${frame.left + frame.width - 4}" y="${yOf(frame, y.at(level.at))}" dy="-4" text-anchor="end"
          >${nameOf(level.name, language)}</text
        >`,
  );
  const content = html`${titleOf(panel.title, language)}${above.markup}${leftAxis(frame, y, panel.y.label[language])}${bottomAxis(frame, x, panel.x.label[language])}${marks}${drawn}`;
  const last = series.map((s, i) => `${names[i]!.text} ${s.points.at(-1)?.[1] ?? "–"}`).join(", ");
  return svg([width, frame.top + PLOT + 42], `${panel.y.label[language]}: ${last}`, content);
}

/** A line ends at the frame: no room beyond the first and last x. */
function endsOf({ from, to }: Lines["x"], points: readonly LinePoint[]): { from: number; to: number } {
  const xs = points.map((p) => p[0]);
  return { from: from ?? Math.min(...xs), to: to ?? Math.max(...xs) };
}

function drawSeries(
  points: readonly LinePoint[],
  broken: boolean,
  colour: string,
  dots: boolean,
  frame: Frame,
  x: Scale,
  y: Scale,
): Markup {
  const finite = points.filter(([, value]) => value !== null);
  const place = (px: number, py: number): string => `${xOf(frame, x.at(px))},${yOf(frame, y.at(py))}`;
  const line = finite.map(([px, py]) => place(px, py!)).join(" ");
  const ranged = finite.filter((p) => p.length === 4);
  const band = [
    ...ranged.map((p) => place(p[0], p[3]!)),
    ...ranged.toReversed().map((p) => place(p[0], p[2]!)),
  ].join(" ");
  return html`${ranged.length > 1 ? html`<polygon class="band ${colour}" points="${band}" />` : undefined}<polyline
      class="line ${colour}${broken ? " broken" : ""}"
      points="${line}"
    />${
      dots
        ? finite.map(
            ([px, py]) =>
              html`<circle
                class="dot ${colour}"
                cx="${xOf(frame, x.at(px))}"
                cy="${yOf(frame, y.at(py!))}"
                r="3.5"
              />`,
          )
        : undefined
    }`;
}

const ROW = 24;

export function drawBars(panel: Bars, { language, width }: Sheet): Markup {
  const { bars, levels = [] } = panel;
  const values = bars.flatMap(({ value, low, high, reference }) => [
    value,
    low ?? null,
    high ?? null,
    reference ?? null,
  ]);
  // Bars begin at zero, if the axis has it.
  const zero = panel.value.log === true ? [] : [0];
  const scale = scaleOf(panel.value, [...values, ...zero, ...levels.map((l) => l.at)]);
  const head = panel.title === undefined ? 4 : 26;
  const names = bars.map(({ name }) => nameOf(name, language));
  const colours = placesOf(bars.map(({ name }) => name));
  const left = Math.min(Math.max(...names.map(widthOf), 30) + 10, width * 0.45);
  const frame: Frame = {
    left,
    top: head + (levels.length > 0 ? 16 : 0),
    width: width - left - 60,
    height: ROW * bars.length,
  };
  const base = panel.value.log === true ? 0 : scale.at(0);
  const drawn = bars.map((bar, i) => {
    const middle = frame.top + ROW * (i + 0.5);
    const name = html`<text class="label" x="${left - 6}" y="${middle + 4}" text-anchor="end"
      >${names[i]}</text
    >`;
    if (bar.value === null) return html`${name}<text x="${left + 4}" y="${middle + 4}">–</text>`;
    const [from, to] = [Math.min(base, scale.at(bar.value)), Math.max(base, scale.at(bar.value))];
    const { low, high, reference } = bar;
    return html`${name}<rect
        class="bar ${classOf(colours[i]!)}"
        x="${xOf(frame, from)}"
        width="${at(Math.max(1, (to - from) * frame.width))}"
        y="${middle - 7}"
        height="14"
        rx="1"
      />${
        low === undefined || high === undefined
          ? undefined
          : html`<line
              class="whisker"
              x1="${xOf(frame, scale.at(low))}"
              x2="${xOf(frame, scale.at(high))}"
              y1="${middle}"
              y2="${middle}"
            />`
      }${
        reference === undefined
          ? undefined
          : html`<rect
              class="reference"
              x="${at(frame.left + frame.width * scale.at(reference) - 3)}"
              width="6"
              y="${middle - 10}"
              height="20"
              rx="2"
            />`
      }<text class="value" x="${width - 2}" y="${middle + 4}" text-anchor="end"
        >${scaleText(panel, bar.value)}</text
      >`;
  });
  const marks = levels.map(
    (level) =>
      html`<line
          class="level"
          x1="${xOf(frame, scale.at(level.at))}"
          x2="${xOf(frame, scale.at(level.at))}"
          y1="${frame.top - 3}"
          y2="${frame.top + frame.height}"
        />
        <text x="${xOf(frame, scale.at(level.at))}" y="${frame.top - 6}" text-anchor="middle"
          >${nameOf(level.name, language)}</text
        >`,
  );
  const content = html`${titleOf(panel.title, language)}${bottomAxis(frame, scale, panel.value.label[language])}${drawn}${marks}`;
  const told = bars
    .map(({ value }, i) => `${names[i]} ${value === null ? "–" : scaleText(panel, value)}`)
    .join(", ");
  return svg([width, frame.top + frame.height + 42], `${panel.value.label[language]}: ${told}`, content);
}

function scaleText({ value: { percent = false } }: Bars, value: number): string {
  if (percent) return `${(value * 100).toFixed(1)} %`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

export function drawPoints(panel: Points, { language, width }: Sheet): Markup {
  const all = panel.groups.flatMap(({ points }) => [...points]);
  const x = scaleOf(
    panel.x,
    all.map((p) => p[0]),
  );
  const y = scaleOf(
    panel.y,
    all.map((p) => p[1]),
  );
  const head = panel.title === undefined ? 0 : 22;
  const colours = placesOf(panel.groups.map(({ name }) => name));
  const names = panel.groups.map((g, i) => ({ text: nameOf(g.name, language), colour: colours[i]! }));
  const above = legend(names, head, width);
  const frame = frameAt(head + above.height + 24, y.ticks.map(y.text), width);
  const drawn = panel.groups.map(
    (group, i) =>
      html`${group.points.map(
        ([px, py]) =>
          html`<circle
            class="point ${classOf(colours[i]!)}"
            cx="${xOf(frame, x.at(px))}"
            cy="${yOf(frame, y.at(py))}"
            r="2.2"
          />`,
      )}`,
  );
  const content = html`${titleOf(panel.title, language)}${above.markup}${leftAxis(frame, y, panel.y.label[language])}${bottomAxis(frame, x, panel.x.label[language])}${drawn}`;
  const told = names.map(({ text }, i) => `${text} ${panel.groups[i]!.points.length}`).join(", ");
  return svg([width, frame.top + PLOT + 42], told, content);
}

export function drawHeat(panel: Heat, { language, width }: Sheet): Markup {
  const { values, from, to } = panel;
  const xs = panel.x.names.map((n) => nameOf(n, language));
  const ys = panel.y.names.map((n) => nameOf(n, language));
  const top = (panel.title === undefined ? 0 : 22) + 24;
  const left = Math.max(...ys.map(widthOf), 20) + 10;
  const cell = Math.min(30, PLOT / Math.max(1, ys.length));
  const frame: Frame = { left, top, width: width - left - 8, height: cell * ys.length };
  const column = frame.width / Math.max(1, xs.length);
  const every = Math.ceil(Math.max(...xs.map(widthOf), 1) / column);
  const cells = values.flatMap((row, i) =>
    row.map((value, j) => {
      const share = value === null ? 0 : Math.max(0, Math.min(1, (value - from) / (to - from)));
      const [x, y] = [left + column * j, top + cell * i];
      const box = html`<rect
        class="shade"
        fill-opacity="${at(share)}"
        x="${at(x)}"
        y="${at(y)}"
        width="${at(column)}"
        height="${at(cell)}"
      />`;
      if (panel.percent !== true) return box;
      const text = value === null ? "–" : String(Math.floor(value * 100));
      return html`${box}<text
          class="value"
          x="${at(x + column / 2)}"
          y="${at(y + cell / 2 + 4)}"
          text-anchor="middle"
          >${text}</text
        >`;
    }),
  );
  const left2 = ys.map(
    (text, i) =>
      html`<text x="${left - 6}" y="${at(top + cell * (i + 0.5) + 4)}" text-anchor="end">${text}</text>`,
  );
  const below = xs.map((text, j) =>
    j % every > 0
      ? html``
      : html`<text
          x="${at(left + column * (j + 0.5))}"
          y="${at(top + frame.height + 15)}"
          text-anchor="middle"
          >${text}</text
        >`,
  );
  const content = html`${titleOf(panel.title, language)}<text class="label" x="4" y="${top - 9}"
      >${panel.y.label[language]}</text
    >${cells}${left2}${below}<text
      class="label"
      x="${at(left + frame.width / 2)}"
      y="${at(top + frame.height + 33)}"
      text-anchor="middle"
      >${panel.x.label[language]}</text
    >`;
  return svg(
    [width, top + frame.height + 42],
    `${panel.y.label[language]} × ${panel.x.label[language]}`,
    content,
  );
}
