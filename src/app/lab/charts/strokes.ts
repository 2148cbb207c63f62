/** How curves are stroked: a dash beside the palette's colour, so that each of twelve activations has its own. */
import { COLOURS } from "../../../report/palette.ts";

const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [5, 2], [1, 2], [12, 4]];

/** In CSS pixels; empty for a solid line. */
export const dashOf = (place: number): readonly number[] =>
  dashes[(place + Math.floor(place / COLOURS) * 3) % dashes.length]!;

/** What a CSS variable with a colour comes to, as a canvas takes it: rgb(r, g, b). */
export function canvasColour(variable: string, element: Element): string {
  const sample = document.createElement("span");
  sample.style.color = variable;
  element.append(sample);
  const { color } = getComputedStyle(sample);
  sample.remove();
  return color;
}
