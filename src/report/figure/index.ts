/** A figure as markup: SVG panels under a caption. The same text in the report and on the page. */
import { html, type Markup } from "../markup.ts";
import type { Figure, Panel } from "./figure.ts";
import { type Sheet, WIDTH } from "./frame.ts";
import type { Language } from "../../core/text.ts";
import { drawBars, drawHeat, drawLines, drawPoints } from "./panels.ts";

export { figureStyle } from "./frame.ts";

function drawPanel(panel: Panel, sheet: Sheet): Markup {
  switch (panel.kind) {
    case "lines":
      return drawLines(panel, sheet);
    case "bars":
      return drawBars(panel, sheet);
    case "points":
      return drawPoints(panel, sheet);
    case "heat":
      return drawHeat(panel, sheet);
    default:
      return panel satisfies never;
  }
}

/**
 * `.text` is HTML with all outside text escaped.
 * @param width approximate width in px at which a panel will be shown
 */
export const drawFigure = ({ caption, panels }: Figure, language: Language, width: number = WIDTH): Markup =>
  html`<figure>
    <div class="panels">${panels.map((panel) => drawPanel(panel, { language, width }))}</div>
    <figcaption>${caption[language]}</figcaption>
  </figure>`;
