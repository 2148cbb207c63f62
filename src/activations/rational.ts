/** Quotients of polynomials as activations, of any degrees: Padé activation units. */
import type { ActivationParam, ParamValues } from "./activation.ts";
import { learning } from "./learning.ts";
import type { ActivationSpec } from "./record.ts";

/** P / Q with Q = 1 + sum |b_j x^j| (A), or 1 + |sum b_j x^j| (B). */
export interface RationalForm {
  readonly version: "A" | "B";
  /** Degrees of P and Q. */
  readonly degrees: readonly [number, number];
}

/** Values for a_0, ..., a_n and b_1, ..., b_m. */
export interface Coefficients {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The names of the parameters, in order. */
export const coefficientNames = ({ degrees: [n, m] }: RationalForm): string[] => [
  ...range(0, n).map((k) => `a${k}`),
  ...range(1, m).map((j) => `b${j}`),
];

/** Values at x in float64: P, Q and their slopes, divided by x^n and |x|^m for |x| > 1. */
function partsOf({ version, degrees: [n, m] }: RationalForm, x: number, p: ParamValues) {
  const far = Math.abs(x) > 1;
  const turn = m % 2 === 1 && x < 0 ? -1 : 1;
  const t = range(0, n).map((k) => p[`a${k}`]! * (far ? x ** (k - n) : x ** k));
  const s = range(1, m).map((j) => p[`b${j}`]! * (far ? turn * x ** (j - m) : x ** j));
  const one = far ? Math.abs(x) ** -m : 1;
  const signed = sum(s);
  const signs = s.map((term) => (version === "A" ? Math.sign(term) : Math.sign(signed)));
  return {
    t,
    s,
    signs,
    num: sum(t),
    den: one + sum(s.map((term, i) => term * signs[i]!)),
    /** The terms of Q. */
    size: one + sum(s.map(Math.abs)),
    scale: far ? turn * x ** (n - m) : 1,
    power: (k: number): number => (far ? x ** (k - n) : x ** k),
    below: (j: number): number => (far ? turn * x ** (j - m) : x ** j),
  };
}

type Parts = ReturnType<typeof partsOf>;

const byNumerator = ({ den, scale, power: at }: Parts, k: number): number => (at(k) / den) * scale;

function byDenominator(
  { version }: RationalForm,
  { num, den, signs, scale, below }: Parts,
  p: ParamValues,
  j: number,
): number {
  const sign = version === "A" ? Math.sign(p[`b${j}`]!) * Math.sign(below(j)) : signs[j - 1]!;
  return -((num / den) * scale * below(j) * sign) / den;
}

/** f and its derivatives by all coefficients, in the order of their names. */
export function gradientOf(
  form: RationalForm,
  x: number,
  p: ParamValues,
): { readonly f: number; readonly row: number[] } {
  const parts = partsOf(form, x, p);
  const [n, m] = form.degrees;
  const row = [
    ...range(0, n).map((k) => byNumerator(parts, k)),
    ...range(1, m).map((j) => byDenominator(form, parts, p, j)),
  ];
  return { f: (parts.num / parts.den) * parts.scale, row };
}

/** f'(x). */
function slope(form: RationalForm, x: number, p: ParamValues): number {
  if (x === 0) return p["a1"] ?? 0;
  const { t, s, signs, num, den, scale } = partsOf(form, x, p);
  const up = sum(t.map((term, k) => k * term));
  const down = sum(s.map((term, i) => (i + 1) * term * signs[i]!));
  return (((up - (num / den) * down) / den) * scale) / x;
}

/** The sizes of the terms of f: of P's, and of Q's if they have both signs. */
function conditionOf(form: RationalForm, x: number, p: ParamValues): number {
  const { t, num, den, size, scale } = partsOf(form, x, p);
  return Math.abs(scale / den) * (sum(t.map(Math.abs)) + (Math.abs(num) * size) / den);
}

function slopeCondition(form: RationalForm, x: number, p: ParamValues): number {
  const { t, s, num, den, size, scale } = partsOf(form, x === 0 ? 2 ** -126 : x, p);
  const at = x === 0 ? 2 ** -126 : Math.abs(x);
  const up = sum(t.map((term, k) => k * Math.abs(term)));
  const down = sum(s.map((term, i) => (i + 1) * Math.abs(term)));
  const inner = sum(t.map(Math.abs)) / den + (2 * Math.abs(num) * size) / den ** 2;
  return (Math.abs(scale / den) * (up * (1 + size / den) + inner * down)) / at;
}

/** c_n z^n + ... + c_0 by Horner's rule, as statements. */
const horner = (name: string, variable: string, coefficients: readonly string[]): string => {
  const [first, ...rest] = coefficients.toReversed();
  return [
    `var ${name} = ${first ?? "T(0.0)"};`,
    ...rest.map((c) => `${name} = ${name} * ${variable} + ${c};`),
  ].join("\n      ");
};
const power = (variable: string, n: number): string =>
  n === 0 ? "T(1.0)" : Array.from({ length: n }, () => variable).join(" * ");

/** The forms in WGSL: for |x| <= 1 in x, beyond in z = 1 / x with the coefficients reversed, so that nothing overflows. */
function wgslOf({ version, degrees: [n, m] }: RationalForm) {
  const either = (near: string, far: string): string =>
    near === far ? near : `select(${near}, ${far}, big)`;
  const a = (k: number): string => `a${k}`;
  const b = (j: number): string =>
    j === 0 ? (version === "A" ? "T(1.0)" : "T(0.0)") : version === "A" ? `abs(b${j})` : `b${j}`;
  const w = version === "A" ? "w" : "z";
  const bs = range(0, m).map((i) => either(b(i), b(m - i)));
  const parts = [
    "",
    "let big = abs(x) > T(1.0);",
    "let z = select(x, 1.0 / x, big);",
    "let w = abs(z);",
    horner(
      "num",
      "z",
      range(0, n).map((i) => either(a(i), a(n - i))),
    ),
    horner("r", w, bs.slice(1)),
    `let s = r * ${w} + ${bs[0]!};`,
    version === "A" ? "let sum = s;" : `let sum = abs(s) + ${either("T(1.0)", power("w", m))};`,
    // The sign of the sum, near 0 too, where it underflows.
    ...(version === "A" ? [] : ["let side = select(sign(r) * sign(z), sign(s), big);"]),
    // If everything in Q underflows.
    "let den = select(sum, T(1e-37), sum < T(1e-37));",
    "let v = num / den;",
  ].join("\n      ");
  /** times x^e, with its sign if m is odd, for |x| > 1 */
  const scaled = (value: string, e: number): string => {
    const factor = either("T(1.0)", e > 0 ? "x" : "z");
    const times = Array.from({ length: Math.abs(e) }, () => ` * ${factor}`).join("");
    return `${value}${times}${m % 2 === 1 ? ` * ${either("T(1.0)", "sign(x)")}` : ""}`;
  };
  const times = (k: number, of: string): string => (k === 1 ? of : `${of} * ${k}.0`);
  const lines = (...text: string[]): string => [parts, ...text].join("\n      ");
  return {
    f: lines(`return ${scaled("v", n - m)};`),
    dfdx: lines(
      horner(
        "up",
        "z",
        range(0, n - 1).map((i) => either(times(i + 1, a(i + 1)), times(n - i, a(n - i)))),
      ),
      horner(
        "down",
        w,
        range(0, m - 1).map((i) => either(times(i + 1, b(i + 1)), times(m - i, b(m - i)))),
      ),
      `let turn = ${version === "A" ? either("sign(x)", "T(1.0)") : "side"};`,
      `return ${scaled("((up - v * down * turn) / den)", n - 1 - m)};`,
    ),
    dfdp: Object.fromEntries([
      ...range(0, n).map((k) => [
        `a${k}`,
        lines(`return ${scaled(`${either(power("z", k), power("z", n - k))} / den`, n - m)};`),
      ]),
      ...range(1, m).map((j) => [
        `b${j}`,
        lines(
          `let t = ${either(power(w, j), power(w, m - j))} * sign(${version === "A" ? `b${j}` : "side"});`,
          `return ${scaled("-(v / den) * t", n - m)};`,
        ),
      ]),
    ]) as Record<string, string>,
  };
}

/** Above this, powers leave the float32 range within the values of a network. */
export const MAX_DEGREE = 12;

/**
 * The fields of a rational record besides its name, with its starting values. Molina, Schramowski, Kersting 2019; versions as in
 * Delfosse et al. 2021: A and B.
 */
/* @__NO_SIDE_EFFECTS__ */
export function rationalSpec(form: RationalForm, start: Coefficients): ActivationSpec<string> {
  const {
    version,
    degrees: [n, m],
  } = form;
  const param = (value: number, doc: string): ActivationParam => ({
    default: value,
    doc,
    learnable: true,
    learnedAs: doc,
  });
  const params = Object.fromEntries([
    ...start.a.map((value, k) => [`a${k}`, { ...param(value, `numerator.${k}`) }] as const),
    ...start.b.map((value, i) => [`b${i + 1}`, { ...param(value, `denominator.${i + 1}`) }] as const),
  ]);
  const ofNum =
    (k: number) =>
    (x: number, p: ParamValues): number =>
      byNumerator(partsOf(form, x, p), k);
  const ofDen =
    (j: number) =>
    (x: number, p: ParamValues): number =>
      byDenominator(form, partsOf(form, x, p), p, j);
  const each = (of: (k: number) => (x: number, p: ParamValues) => number, down: typeof of) =>
    Object.fromEntries([
      ...range(0, n).map((k) => [`a${k}`, of(k)] as const),
      ...range(1, m).map((j) => [`b${j}`, down(j)] as const),
    ]);
  return {
    name: "",
    formula: `(a0 + … + a${n} · x^${n}) / (1 + ${version === "A" ? `|b1 · x| + … + |b${m} · x^${m}|` : `|b1 · x + … + b${m} · x^${m}|`})`,
    source:
      "Molina, Schramowski, Kersting 2019: Padé activation units: end-to-end learning of flexible activation functions in deep networks",
    params,
    learning,
    saves: "x",
    wgsl: wgslOf(form),
    f: (x, p) => {
      const { num, den, scale } = partsOf(form, x, p);
      return (num / den) * scale;
    },
    dfdx: (x, p) => slope(form, x, p),
    dfdp: each(ofNum, ofDen),
    condition: {
      f: (x, p) => conditionOf(form, x, p),
      dfdx: (x, p) => slopeCondition(form, x, p),
      dfdp: each(
        (k) => (x, p) => {
          const { den, size } = partsOf(form, x, p);
          return Math.abs(ofNum(k)(x, p)) * (1 + size / den);
        },
        (j) => (x, p) => {
          const { den, size, below } = partsOf(form, x, p);
          return Math.abs(below(j) / den) * conditionOf(form, x, p) * (1 + size / den);
        },
      ),
    },
    // Where a |b_j x^j| or the sum in |...| changes its sign, Q has a kink; at 0 that of an odd term.
    kinks: (p) => (version === "A" ? [0] : signChanges(form, p)),
  };
}

/** Where sum b_j x^j changes its sign within |x| <= 10. */
function signChanges({ degrees: [, m] }: RationalForm, p: ParamValues): number[] {
  const at = (x: number): number => sum(range(1, m).map((j) => p[`b${j}`]! * x ** j));
  const found = [0];
  const step = 1 / 64;
  for (let x = -10; x < 10; x += step) {
    if (at(x) * at(x + step) >= 0 || x === 0 || x + step === 0) continue;
    let [low, high] = [x, x + step];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (at(low) * at(middle) <= 0) high = middle;
      else low = middle;
    }
    found.push(low);
  }
  return found;
}
