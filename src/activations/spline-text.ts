/** The text of splines: WGSL, and f' as a formula. */

/** Number of points, and kind of tangents. */
export interface SplineForm {
  readonly count: number;
  readonly monotone: boolean;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Selects the value for the piece of x, from one value per piece: one comparison per inner point. */
function pick(values: readonly string[]): string {
  return values
    .slice(1)
    .reduce(
      (text, value, i) => (value === values[i] ? text : `select(${text}, ${value}, in_${i + 1})`),
      values[0]!,
    );
}

/** The tangents at the ends of a piece, from its neighbourhood, and their derivatives by each height. */
interface Tangents {
  readonly lines: readonly string[];
  /** At the left and the right end. */
  readonly p: string;
  readonly q: string;
  /** Derivatives of p by the height before the piece and by d, of q by d and by the height after it. */
  readonly p_before: string;
  readonly p_d: string;
  readonly q_d: string;
  readonly q_after: string;
}

/** The slope of the parabola through three points, with one division each. */
const plain: Tangents = {
  lines: ["let pw = 1.0 / (wa * (wa + h));", "let qw = 1.0 / (wc * (h + wc));"],
  p: "(h * rise_a + wa * (wa * d)) * pw",
  q: "(wc * (wc * d) + h * rise_c) * qw",
  p_before: "h * pw",
  p_d: "wa * wa * pw",
  q_d: "wc * wc * qw",
  q_after: "h * qw",
};

const alike = (u: string, v: string): string => `(min(${u}, ${v}) > T(0.0)) | (max(${u}, ${v}) < T(0.0))`;

/**
 * (m + n) / (m / u + n / v), for slopes of one sign: the harmonic mean, weighted by the widths a, b. Nothing in it underflows
 * unless it is 0.
 */
const mean = (u: string, v: string, a: string, b: string): string =>
  `select(T(0.0), ${u} * (3.0 * (${a} + ${b})) / ((2.0 * ${b} + ${a}) + (2.0 * ${a} + ${b}) * (${u} / ${v})), ${alike(u, v)})`;

/** Its derivative by u, whose width is a: m (m + n) / (m + n r)^2 with r = u / v. */
const share = (u: string, v: string, a: string, b: string): string => {
  const [m, n] = [`(2.0 * ${b} + ${a})`, `(2.0 * ${a} + ${b})`];
  const rest = `(${m} + ${n} * (${u} / ${v}))`;
  return `select(T(0.0), ${m} * (3.0 * (${a} + ${b})) / (${rest} * ${rest}), ${alike(u, v)})`;
};

const monotone: Tangents = {
  lines: ["let before = rise_a / wa;", "let after = rise_c / wc;"],
  p: mean("before", "d", "wa", "h"),
  q: mean("d", "after", "h", "wc"),
  p_before: `${share("before", "d", "wa", "h")} / wa`,
  p_d: share("d", "before", "h", "wa"),
  q_d: share("d", "after", "h", "wc"),
  q_after: `${share("after", "d", "wc", "h")} / wc`,
};

/** The forms in WGSL: the four points around x are selected, and the tangents computed from them. */
export function splineWgsl({ count, monotone: isMonotone }: SplineForm) {
  const pieces = range(count - 1);
  const [first, last] = count === 2 ? ["true", "true"] : [`!in_1`, `in_${count - 2}`];
  const points = (axis: "x" | "y", by: number, edge: string): string =>
    pick(
      pieces.map((i) => {
        const k = i + by;
        return k < 0 || k >= count ? edge : `${axis}${k}`;
      }),
    );
  const tangents = isMonotone ? monotone : plain;
  const around = [
    "",
    ...pieces.slice(1).map((i) => `let in_${i} = x >= x${i};`),
    `let xb = ${points("x", 0, "")};`,
    `let xc = ${points("x", 1, "")};`,
    `let yb = ${points("y", 0, "")};`,
    `let yc = ${points("y", 1, "")};`,
    // Beyond an end there is no point: its replacement is not used.
    `let wa = xb - ${points("x", -1, "(x0 - 1.0)")};`,
    `let wc = ${points("x", 2, `(x${count - 1} + 1.0)`)} - xc;`,
    `let rise_a = yb - ${points("y", -1, "y0")};`,
    `let rise_c = ${points("y", 2, `y${count - 1}`)} - yc;`,
    "let h = xc - xb;",
    "let r = 1.0 / h;",
    "let d = (yc - yb) * r;",
    "let at = clamp(x, xb, xc);",
    "let t = (at - xb) * r;",
    "let s = (xc - at) * r;",
    "let beyond = x - at;",
    ...tangents.lines,
  ];
  const ends = [`let p = ${atEnd(tangents.p, "d", first)};`, `let q = ${atEnd(tangents.q, "d", last)};`];
  const shares = [
    "let p_by = h * t * (s * s);",
    "let q_by = -h * (t * t) * s;",
    `let by_before = p_by * ${atEnd(tangents.p_before, "T(0.0)", first)};`,
    `let p_mid = p_by * ${atEnd(tangents.p_d, "T(1.0)", first)};`,
    `let q_mid = q_by * ${atEnd(tangents.q_d, "T(1.0)", last)};`,
    "let by_d = (p_mid + q_mid + beyond) * r;",
    `let by_after = q_by * ${atEnd(tangents.q_after, "T(0.0)", last)};`,
  ];
  const text = (...lines: string[]): string => [...around, ...lines].join("\n      ");
  /** How f moves with the point at this distance from the piece's first one. */
  const roles: Readonly<Record<number, string>> = {
    [-1]: "-by_before",
    0: "(s * s * (2.0 * t + 1.0) + by_before - by_d)",
    1: "(t * t * (2.0 * s + 1.0) + by_d - by_after)",
    2: "by_after",
  };
  return {
    f: text(
      ...ends,
      "let heights = yb * (s * s * (2.0 * t + 1.0)) + yc * (t * t * (2.0 * s + 1.0));",
      "return heights + h * (t * s) * (p * s - q * t) + d * beyond;",
    ),
    dfdx: text(...ends, "return d * (6.0 * (t * s)) + p * (s * (s - 2.0 * t)) + q * (t * (t - 2.0 * s));"),
    dfdp: Object.fromEntries(
      range(count).map((k) => [
        `y${k}`,
        text(...shares, `return ${pick(pieces.map((i) => roles[k - i] ?? "T(0.0)"))};`),
      ]),
    ),
  };
}

const atEnd = (usual: string, end: string, when: string): string =>
  when === "true" ? end : `select(${usual}, ${end}, ${when})`;

/** f' as a formula. */
export function derivativeText({ count, monotone }: SplineForm): string {
  const width = (k: number): string => `(x${k + 1} - x${k})`;
  const slope = (k: number): string => `((y${k + 1} - y${k}) / ${width(k)})`;
  const tangent = (k: number): string => {
    if (k === 0) return slope(0);
    if (k === count - 1) return slope(k - 1);
    const [a, b, u, v] = [width(k - 1), width(k), slope(k - 1), slope(k)];
    if (!monotone) return `((${b} * ${u} + ${a} * ${v}) / (${a} + ${b}))`;
    const mean = `3 * (${a} + ${b}) * ${u} * ${v} / ((2 * ${b} + ${a}) * ${v} + (2 * ${a} + ${b}) * ${u})`;
    return `where(${u} * ${v} > 0, ${mean}, 0)`;
  };
  const piece = (i: number): string => {
    const t = `((x - x${i}) / ${width(i)})`;
    const s = `((x${i + 1} - x) / ${width(i)})`;
    return `${slope(i)} * 6 * ${t} * ${s} + ${tangent(i)} * ${s} * (${s} - 2 * ${t}) + ${tangent(i + 1)} * ${t} * (${t} - 2 * ${s})`;
  };
  const within = range(count - 1).map((i) => `x < x${i + 1}, ${piece(i)}`);
  return `where(x < x0, ${slope(0)}, ${within.join(", ")}, ${slope(count - 2)})`;
}
