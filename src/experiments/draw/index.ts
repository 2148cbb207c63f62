/** A figure as markup: SVG panels under a caption. The same text in the report and on the page. */
import { html, type Markup } from "../../../bench/report/markup.ts";
import type { Figure, Panel } from "../figure.ts";
import type { Language } from "./frame.ts";
import { drawBars, drawHeat, drawLines, drawPoints } from "./panels.ts";

export { type Language, figureStyle } from "./frame.ts";

function drawPanel(panel: Panel, language: Language): Markup {
  switch (panel.kind) {
    case "lines":
      return drawLines(panel, language);
    case "bars":
      return drawBars(panel, language);
    case "points":
      return drawPoints(panel, language);
    case "heat":
      return drawHeat(panel, language);
    default:
      return panel satisfies never;
  }
}

/** `.text` is HTML in which everything that came from outside is escaped. */
export const drawFigure = ({ caption, panels }: Figure, language: Language): Markup =>
  html`<figure>
    <div class="panels">${panels.map((panel) => drawPanel(panel, language))}</div>
    <figcaption>${caption[language]}</figcaption>
  </figure>`;
