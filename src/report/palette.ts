/** The colours of charts, in one place: for reports, for figures, and for the lab page. */

/**
 * Okabe and Ito's colours (2008), which stay apart for colour-blind eyes, darkened for light paper and lightened for dark
 * so that each has a contrast of at least 3 to it.
 */
const series: readonly (readonly [light: string, dark: string])[] = [
  ["#0067a8", "#5db4ec"],
  ["#b35c00", "#f2ab3c"],
  ["#00755a", "#2fc79d"],
  ["#a8477f", "#e48fc0"],
  ["#b23c00", "#ff8a55"],
  ["#3f4a8a", "#a3aef0"],
  ["#5f6b00", "#d7dd55"],
];

/** So many series have a colour of their own; after that they repeat. */
export const COLOURS = series.length;

/** The CSS colour of a series by its place. */
export const colourOf = (place: number): string => `var(--series-${place % COLOURS})`;

/** Of verdicts: what holds, what holds with a condition, what does not. */
const verdicts: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  good: ["#13713c", "#67d391"],
  half: ["#7a5200", "#ffc56b"],
  bad: ["#b3261e", "#ff8f84"],
};

/** The stylesheet that defines them all; light or dark is the page's `color-scheme`. */
export const paletteStyle = `:root { ${[
  ...series.map((pair, i) => [`series-${i}`, pair] as const),
  ...Object.entries(verdicts),
]
  .map(([name, [light, dark]]) => `--${name}: light-dark(${light}, ${dark});`)
  .join(" ")} }`;

/** Of classes, as pixels: the same on light and dark paper. */
const classColours: readonly (readonly [number, number, number])[] = [
  [45, 140, 205],
  [225, 140, 35],
  [20, 155, 120],
  [205, 105, 165],
  [215, 90, 40],
  [115, 125, 205],
  [150, 160, 40],
  [130, 130, 130],
  [80, 195, 215],
  [165, 60, 120],
];

export const classColour = (label: number): readonly [number, number, number] =>
  classColours[label % classColours.length]!;

/** From dark blue to yellow: brightness alone tells the order, for any eyes, on light and dark paper. */
const ramp = [
  [18, 32, 84],
  [44, 84, 130],
  [70, 138, 138],
  [150, 186, 110],
  [252, 224, 84],
] as const;

export const rampCss = ramp.map((colour) => `rgb(${colour.join(" ")})`).join(", ");

/** The ramp's colour at 0 to 1. */
export function rampAt(share: number): readonly [number, number, number] {
  const at = Math.max(0, Math.min(1, share)) * (ramp.length - 1);
  const from = Math.min(Math.floor(at), ramp.length - 2);
  const [a, b] = [ramp[from]!, ramp[from + 1]!];
  const mix = (c: 0 | 1 | 2): number => a[c] + (b[c] - a[c]) * (at - from);
  return [mix(0), mix(1), mix(2)];
}
