/**
 * One colour and one dash for each of twelve activations. The colours are those of Okabe and Ito (2008), which stay
 * apart for colour-blind eyes, darkened or lightened so that each has a contrast of at least 3 to the paper; they repeat
 * with other dashes. The CSS has the same as --series-0 and so on.
 */
const COLOURS = 7;

const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [5, 2], [1, 2], [12, 4]];

/** The CSS colour of an activation by its place. */
export const colourOf = (place: number): string => `var(--series-${place % COLOURS})`;

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

/** From dark blue to yellow: brightness alone tells the order, for any eyes, on light and dark paper. */
const RAMP = [
  [18, 32, 84],
  [44, 84, 130],
  [70, 138, 138],
  [150, 186, 110],
  [252, 224, 84],
] as const;

export const RAMP_CSS = RAMP.map((colour) => `rgb(${colour.join(" ")})`).join(", ");

/** The ramp's colour at 0 to 1. */
export function rampAt(share: number): readonly [number, number, number] {
  const at = Math.max(0, Math.min(1, share)) * (RAMP.length - 1);
  const from = Math.min(Math.floor(at), RAMP.length - 2);
  const [a, b] = [RAMP[from]!, RAMP[from + 1]!];
  const mix = (c: 0 | 1 | 2): number => a[c] + (b[c] - a[c]) * (at - from);
  return [mix(0), mix(1), mix(2)];
}
