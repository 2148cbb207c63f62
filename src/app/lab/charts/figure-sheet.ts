/** Adopts the stylesheet of the report's drawings; the page's policy forbids other ways to style them. */
import { figureStyle } from "../../../report/figure/index.ts";

const sheet = new CSSStyleSheet();
sheet.replaceSync(figureStyle);
document.adoptedStyleSheets.push(sheet);
