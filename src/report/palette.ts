/** The colours of charts, in one place: for reports, for figures, and for the lab page. */

/**
 * Found by a search that maximises the smallest distance in OKLab as seen by normal, protan, deutan and tritan eyes (0.134 on
 * light paper, 0.137 on dark), with a contrast of at least 3 to the paper. test/null/palette.test.ts checks that.
 */
export const series: readonly (readonly [light: string, dark: string])[] = [
  ["#015d78", "#2296ff"],
  ["#c0719d", "#f79a2b"],
  ["#239616", "#2afbac"],
  ["#8752cc", "#c6b9f8"],
  ["#783f15", "#e25128"],
  ["#350e93", "#ad6baa"],
];

/** For series beyond the colours. */
export const rest = ["#767c85", "#8b929d"] as const;

/** This many series have a colour; colour does not distinguish the others. */
export const COLOURS = series.length;

/** The CSS colour of a series by its palette position; grey beyond it. */
export const colourOf = (place: number): string => `var(--series-${place < COLOURS ? place : "rest"})`;

/** For verdicts: holds, holds with a condition, does not hold. */
const verdicts: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  good: ["#13713c", "#67d391"],
  half: ["#7a5200", "#ffc56b"],
  bad: ["#b3261e", "#ff8f84"],
};

/** The stylesheet that defines them all; the page's `color-scheme` selects light or dark. */
export const paletteStyle = `:root { ${[
  ...series.map((pair, i) => [`series-${i}`, pair] as const),
  ["series-rest", rest] as const,
  ...Object.entries(verdicts),
]
  .map(([name, [light, dark]]) => `--${name}: light-dark(${light}, ${dark});`)
  .join(" ")} }`;

/** For classes, as pixels: the same on light and dark paper. */
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

/** From dark blue to yellow: brightness alone shows the order, for any eyes, on light and dark paper. */
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
