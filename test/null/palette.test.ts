/** Colours are distinguishable: by any eyes, on light and dark paper, and the same for an activation everywhere. */
import { expect, test } from "vitest";
import { coloursOf } from "../../src/report/colours.ts";
import { COLOURS, rest, series } from "../../src/report/palette.ts";

type Rgb = readonly [number, number, number];

const linear = (hex: string): Rgb => {
  const of = (at: number): number => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [of(1), of(3), of(5)];
};

const times = (matrix: readonly Rgb[], [a, b, c]: Rgb): Rgb =>
  matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Rgb;

/** Machado, Oliveira and Fernandes 2009, at full severity, of linear RGB. */
const eyes: Readonly<Record<string, readonly Rgb[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Ottosson 2020. */
function oklab(rgb: Rgb): Rgb {
  const shown = rgb.map((share) => Math.min(1, Math.max(0, share))) as unknown as Rgb;
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    shown,
  ).map(Math.cbrt) as unknown as Rgb;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].toSorted((x, y) => x - y) as [
    number,
    number,
  ];
  return (high + 0.05) / (low + 0.05);
};

/** The closest two, by eyes. */
const nearest = (colours: readonly string[], matrix: readonly Rgb[]): number => {
  const seen = colours.map((hex) => oklab(times(matrix, linear(hex))));
  return Math.min(
    ...seen.flatMap((a, i) =>
      seen.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
    ),
  );
};

const themes = { light: 0, dark: 1 } as const;
/** Backgrounds of charts. */
const papers = { light: ["#ffffff", "#f4f3ef", "#f5f6f8"], dark: ["#191c22", "#101216", "#1c2027"] } as const;

test.each(Object.keys(themes) as (keyof typeof themes)[])(
  "the %s palette is told apart by usual, protan, deutan and tritan eyes, from grey by usual ones, and stands out from the paper",
  (theme) => {
    const own = series.map((pair) => pair[themes[theme]]);
    expect(own.length).toBe(COLOURS);
    const distances = Object.entries(eyes).map(([name, matrix]) => [name, nearest(own, matrix)] as const);
    process.stderr.write(
      `${theme}: ${distances.map(([name, distance]) => `${name} ${distance.toFixed(3)}`).join(", ")}\n`,
    );
    for (const [, distance] of distances) expect(distance).toBeGreaterThanOrEqual(0.13);
    expect(nearest([...own, rest[themes[theme]]], eyes["usual"]!)).toBeGreaterThanOrEqual(0.1); // from grey
    for (const colour of [...own, rest[themes[theme]]])
      for (const paper of papers[theme]) expect(contrast(colour, paper)).toBeGreaterThanOrEqual(3);
  },
);

test("a colour belongs to its activation, whatever stands beside it, and in whatever order", () => {
  const all = ["relu", "tanh", "silu", "sigmoid", "gelu", "elu"];
  const own = new Map(all.map((name) => [name, coloursOf([name])[0]!]));
  expect(new Set(own.values()).size).toBe(COLOURS);
  for (const names of [all.toReversed(), ["x * tanh(x)", "gelu", "relu"], ["sigmoid", "leaky_relu", "relu"]])
    for (const [i, colour] of coloursOf(names).entries())
      if (own.has(names[i]!)) expect(colour).toBe(own.get(names[i]!));
  expect(coloursOf(["leaky_relu"])).toEqual(coloursOf(["relu"])); // alone it has what relu leaves free
});

test("six are in colour, the pinned ones among them; the others are grey", () => {
  const names = ["mish", "relu", "tanh", "silu", "sigmoid", "gelu", "elu", "x^2", "x^3"];
  const grey = (colours: readonly number[]): string[] => names.filter((_, i) => colours[i]! >= COLOURS);
  expect(grey(coloursOf(names))).toEqual(["mish", "x^2", "x^3"]);
  const pinned = coloursOf(names, ["x^3", "mish"]);
  expect(grey(pinned).length).toBe(3);
  expect(grey(pinned)).not.toContain("x^3");
  expect(new Set(pinned).size).toBe(names.length); // a dash of its own each
});
