/** Colours of classes, as in the page's palette; the page draws training points in the same. */
export const CLASS_COLOURS: readonly (readonly [number, number, number])[] = [
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
  CLASS_COLOURS[label % CLASS_COLOURS.length]!;
