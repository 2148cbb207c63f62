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

/** p^i q^j. */
const monomial = (i: number, j: number): string =>
  [...(i === 0 ? [] : [`p${i}`]), ...(j === 0 ? [] : [`q${j}`])].join(" * ") || "T(1.0)";
/** Statements that define p1 or q1 and its powers. */
const powers = (name: "p" | "q", first: string, most: number): string[] =>
  range(1, Math.max(1, most)).map(
    (i) => `let ${name}${i} = ${i === 1 ? first : `${name}${i - 1} * ${name}1`};`,
  );
const summed = (terms: readonly string[]): string => (terms.length === 0 ? "T(0.0)" : terms.join(" + "));

/**
 * The forms in WGSL. With w = max(1, |x|), p = x / w and q = 1 / w, P is w^n times the sum of a_k p^k q^(n-k), in which nothing
 * overflows, and Q likewise. All forms begin alike and write each product in the same way, so that a compiler computes
 * what several of them share in a kernel only once.
 */
function wgslOf({ version, degrees: [n, m] }: RationalForm) {
  const isA = version === "A";
  const term = (coefficient: string, i: number, j: number): string => {
    const product = `${coefficient} * (${monomial(i, j)})`;
    return isA && coefficient.startsWith("b") ? `abs(${product})` : product;
  };
  const times = (k: number, of: string): string => (k === 1 ? of : `${k}.0 * ${of}`);
  const parts = [
    "",
    "let big = abs(x) > T(1.0);",
    "let w = select(T(1.0), abs(x), big);",
    ...powers("p", "select(x, sign(x), big)", Math.max(n, m)),
    ...powers("q", "1.0 / w", Math.max(n, m)),
    `let num = ${summed(range(0, n).map((k) => term(`a${k}`, k, n - k)))};`,
    ...(isA
      ? [`let sum = ${summed([monomial(0, m), ...range(1, m).map((j) => term(`b${j}`, j, m - j))])};`]
      : [
          `let r = ${summed(range(1, m).map((j) => term(`b${j}`, j - 1, m - j)))};`,
          `let sum = ${monomial(0, m)} + abs(r * p1);`,
        ]),
    // The sign of the sum in |...|, near 0 too, where it underflows.
    ...(isA ? [] : ["let side = sign(r) * sign(x);"]),
    // If everything in Q underflows.
    "let den = select(sum, T(1e-37), sum < T(1e-37));",
    "let v = num / den;",
  ];
  /** times w^e */
  const scaled = (value: string, e: number): string =>
    `${value}${(e > 0 ? " * w" : " * q1").repeat(Math.abs(e))}`;
  const lines = (...text: string[]): string => [...parts, ...text].join("\n      ");
  /** x^k / Q, in an order in which no factor overflows unless the product does. */
  const share = (k: number): string =>
    scaled(`${monomial(k, Math.max(0, m - k))} * inverse`, Math.max(0, k - m));
  return {
    f: lines(`return ${scaled("v", n - m)};`),
    dfdx: lines(
      `let up = ${summed(range(1, n).map((k) => times(k, term(`a${k}`, k - 1, n - k))))};`,
      `let down = ${summed(range(1, m).map((j) => times(j, term(`b${j}`, j - 1, m - j))))};`,
      "let inverse = 1.0 / den;",
      `return ${scaled(`(up - v * down * ${isA ? "sign(x)" : "side"}) * inverse`, n - 1 - m)};`,
    ),
    dfdp: Object.fromEntries([
      ...range(0, n).map((k) => [`a${k}`, lines("let inverse = 1.0 / den;", `return ${share(k)};`)]),
      ...range(1, m).map((j) => [
        `b${j}`,
        lines(
          "let inverse = 1.0 / den;",
          `let down = ${scaled("-v", n - m)}${isA ? "" : " * side"};`,
          `return ${isA ? `abs(${share(j)}) * sign(b${j})` : share(j)} * down;`,
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
