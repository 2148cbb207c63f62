/** Shared by the kinds of panels: sizes, words, axes, legends. Text is SVG, so that one drawing serves report and page. */
import type { Language } from "../../core/text.ts";
import { at, html, type Markup } from "../markup.ts";
import { coloursOf } from "../colours.ts";
import { COLOURS, colourOf } from "../palette.ts";
import type { Name } from "./figure.ts";
import type { Scale } from "./axis.ts";

/** How to draw a figure. */
export interface Sheet {
  readonly language: Language;
  /** Width of a panel; text keeps its size, so a panel shown at this width is readable. */
  readonly width: number;
}

/** Width of a panel if there is room. */
export const WIDTH = 460;
/** Height of the plot area. */
export const PLOT = 220;
export const nameOf = (name: Name, language: Language): string =>
  typeof name === "string" ? name : name[language];

/** Approximate width of a text at 12 px; non-Latin letters count twice. */
export const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (letter.codePointAt(0)! > 0x2e80 ? 12 : 7.2), 0);

/** The rectangle that values are drawn in. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const xOf = ({ left, width }: Frame, share: number): string => at(left + width * share);
export const yOf = ({ top, height }: Frame, share: number): string => at(top + height * (1 - share));

/** The class for the colour of a palette position. */
export const classOf = (colour: number): string => `c${Math.min(colour, COLOURS)}`;

/** Palette positions for names shown together, the same in every language. */
export const placesOf = (names: readonly Name[]): readonly number[] =>
  coloursOf(names.map((name) => nameOf(name, "en")));

/** Grid lines, numbers and the name of the horizontal axis. */
export function bottomAxis(frame: Frame, scale: Scale, label: string): Markup {
  const bottom = frame.top + frame.height;
  return html`${scale.ticks.map(
      (tick) =>
        html`<line
            class="grid"
            x1="${xOf(frame, scale.at(tick))}"
            x2="${xOf(frame, scale.at(tick))}"
            y1="${frame.top}"
            y2="${bottom}"
          />
          <text x="${xOf(frame, scale.at(tick))}" y="${bottom + 15}" text-anchor="middle"
            >${scale.text(tick)}</text
          >`,
    )}<text class="label" x="${at(frame.left + frame.width / 2)}" y="${bottom + 33}" text-anchor="middle"
      >${label}</text
    >`;
}

/** Grid lines and numbers at the left, with the axis' name above. */
export function leftAxis(frame: Frame, scale: Scale, label: string): Markup {
  return html`${scale.ticks.map(
      (tick) =>
        html`<line
            class="grid"
            x1="${frame.left}"
            x2="${frame.left + frame.width}"
            y1="${yOf(frame, scale.at(tick))}"
            y2="${yOf(frame, scale.at(tick))}"
          />
          <text x="${frame.left - 6}" y="${yOf(frame, scale.at(tick))}" dy="4" text-anchor="end"
            >${scale.text(tick)}</text
          >`,
    )}<text class="label" x="4" y="${frame.top - 9}">${label}</text>`;
}

/** Names with their colours, in as many lines as needed; the height follows. */
export function legend(
  names: readonly { readonly text: string; readonly colour: number; readonly broken?: boolean }[],
  top: number,
  width: number,
): { readonly markup: Markup; readonly height: number } {
  let [x, y] = [4, top + 12];
  const items = names.map(({ text, colour, broken = false }) => {
    const needs = widthOf(text) + 34;
    if (x > 4 && x + needs > width) [x, y] = [4, y + 17];
    const item = html`<line
        class="line ${classOf(colour)}${broken ? " broken" : ""}"
        x1="${x}"
        x2="${x + 16}"
        y1="${y - 4}"
        y2="${y - 4}"
      />
      <text x="${x + 21}" y="${y}">${text}</text>`;
    x += needs;
    return item;
  });
  return { markup: html`${items}`, height: names.length === 0 ? 0 : y - top + 6 };
}

/** A panel as an SVG that fits any width. */
export const svg = (
  [width, height]: readonly [number, number],
  description: string,
  content: Markup,
): Markup =>
  html`<svg class="figure" viewBox="0 0 ${width} ${at(height)}" role="img" aria-label="${description}">
    ${content}
  </svg>`;

/** The stylesheet of drawings. The page must define --text, --soft, --line, and the palette's colours. */
export const figureStyle = `
.figure { display: block; width: 100%; max-width: 40rem; height: auto; font: 12px system-ui, sans-serif; }
.figure text { fill: var(--soft); font-size: 12px; } .figure text.label, .figure text.value { fill: var(--text); }
.figure text.title { fill: var(--text); font-weight: 600; font-size: 13px; }
.figure .grid { stroke: var(--line); } .figure .level { stroke: var(--text); stroke-dasharray: 2 3; }
.figure .line { fill: none; stroke-width: 2; stroke: var(--c); } .figure .broken { stroke-dasharray: 5 4; }
.figure .band { fill: var(--c); opacity: .18; } .figure .dot, .figure .bar { fill: var(--c); }
.figure .point { fill: var(--c); opacity: .75; } .figure .whisker { stroke: var(--text); stroke-width: 1.25; }
.figure .reference { fill: none; stroke: var(--text); stroke-width: 1.5; }
.figure .shade { fill: ${colourOf(0)}; stroke: var(--line); stroke-width: .5; }
${Array.from({ length: COLOURS + 1 }, (_, i) => `.figure .${classOf(i)} { --c: ${colourOf(i)}; }`).join(" ")}
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 1rem; }
`;
