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

/** All bits set in the piece of x, from one number per inner point that has them from there on. */
const masksOf = (pieces: readonly number[]): string[] => [
  ...pieces.slice(1).map((i) => `let from_${i} = select(U(0u), U(0xffffffffu), in_${i});`),
  ...pieces.map((i) => {
    const [begin, end] = [i > 0 ? [`from_${i}`] : [], i + 1 < pieces.length ? [`~from_${i + 1}`] : []];
    return `let at_${i} = ${[...begin, ...end].join(" & ") || "U(0xffffffffu)"};`;
  }),
];

/** As `pick`, where most are undefined and 0: the bits of the others cost less than choices. Needs the masks. */
const pickBits = (values: readonly (string | undefined)[]): string =>
  `bitcast<T>(${values.flatMap((value, i) => (value === undefined ? [] : [`(bitcast<U>(${value}) & at_${i})`])).join(" | ")})`;

/** The tangents at the ends of a piece, from its neighbourhood, and their derivatives by each height. */
interface Tangents {
  readonly lines: readonly string[];
  /** At the left and the right end. */
  readonly p: string;
  readonly q: string;
  /** Derivatives of p by the rise before the piece and by d, of q by d and by the rise after it. */
  readonly p_before: string;
  readonly p_d: string;
  readonly q_d: string;
  readonly q_after: string;
}

/** The slope of the parabola through three points. */
const plain: Tangents = {
  lines: [
    "let pw = wa + h;",
    "let qw = h + wc;",
    "let pa = h / (wa * pw);",
    "let pd = wa / pw;",
    "let qd = wc / qw;",
    "let qc = h / (wc * qw);",
  ],
  p: "pa * rise_a + pd * d",
  q: "qd * d + qc * rise_c",
  p_before: "pa",
  p_d: "pd",
  q_d: "qd",
  q_after: "qc",
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
  const points = (axis: "x" | "y", by: 0 | 1): string => pick(pieces.map((i) => `${axis}${i + by}`));
  /** Beyond an end lies the end's piece again, so that the tangent there is its slope. */
  const neighbours = (name: "width" | "rise", by: -1 | 1): string =>
    pick(pieces.map((i) => `${name}_${Math.min(Math.max(i + by, 0), count - 2)}`));
  const tangents = isMonotone ? monotone : plain;
  const around = [
    "",
    ...pieces.slice(1).map((i) => `let in_${i} = x >= x${i};`),
    ...pieces.flatMap((i) => [`let width_${i} = x${i + 1} - x${i};`, `let rise_${i} = y${i + 1} - y${i};`]),
    `let xb = ${points("x", 0)};`,
    `let xc = ${points("x", 1)};`,
    `let yb = ${points("y", 0)};`,
    `let yc = ${points("y", 1)};`,
    `let wa = ${neighbours("width", -1)};`,
    `let wc = ${neighbours("width", 1)};`,
    `let rise_a = ${neighbours("rise", -1)};`,
    `let rise_c = ${neighbours("rise", 1)};`,
    "let h = xc - xb;",
    "let r = 1.0 / h;",
    "let d = (yc - yb) * r;",
    "let at = select(select(x, xb, x < xb), xc, x > xc);",
    "let t = (at - xb) * r;",
    "let s = (xc - at) * r;",
    "let beyond = x - at;",
    ...tangents.lines,
  ];
  const [p, q] = count === 2 ? ["d", "d"] : [tangents.p, tangents.q];
  const ends = [`let p = ${p};`, `let q = ${q};`, "let ts = t * s;"];
  /** Where a rise has another sign than its neighbour, the tangent moves with neither; at an end it is the slope even so. */
  const atEnd = (usual: string, end: string, when: string): string =>
    when === "true" ? end : isMonotone ? `select(${usual}, ${end}, ${when})` : usual;
  // How f moves with the rises: with the one before the piece by -outer_a, with the one after it by outer_c.
  const shares = [
    "let ts = t * s;",
    "let by = -(h * ts);",
    "let p_by = by * s;",
    "let q_by = by * t;",
    `let outer_a = p_by * ${atEnd(tangents.p_before, "T(0.0)", first)};`,
    `let outer_c = q_by * ${atEnd(tangents.q_after, "T(0.0)", last)};`,
    `let p_mid = p_by * ${atEnd(tangents.p_d, "T(1.0)", first)};`,
    `let q_mid = q_by * ${atEnd(tangents.q_d, "T(1.0)", last)};`,
    "let own = (q_mid - p_mid + beyond) * r;",
    "let low = s * (s + 2.0 * ts) - own;",
    "let high = t * (t + 2.0 * ts) + own;",
    ...masksOf(pieces),
  ];
  const text = (...lines: string[]): string => [...around, ...lines].join("\n      ");
  /** How f moves with point k where x lies in piece i: the rise before the first piece is its own, and that after the last. */
  const role = (i: number, k: number): string | undefined => {
    const [isFirst, isLast] = [i === 0, i === count - 2];
    const roles: Readonly<Record<number, string>> = {
      [-1]: "outer_a",
      0: `(low ${isFirst ? "+" : "-"} outer_a${isLast ? " - outer_c" : ""})`,
      1: `(high ${isLast ? "+" : "-"} outer_c${isFirst ? " - outer_a" : ""})`,
      2: "outer_c",
    };
    return roles[k - i];
  };
  return {
    f: text(
      ...ends,
      "let heights = yb * (s * (s + 2.0 * ts)) + yc * (t * (t + 2.0 * ts));",
      "return heights + h * ts * (p * s - q * t) + d * beyond;",
    ),
    dfdx: text(...ends, "return d * (6.0 * ts) + p * (s * s - 2.0 * ts) + q * (t * t - 2.0 * ts);"),
    dfdp: Object.fromEntries(
      range(count).map((k) => [
        `y${k}`,
        text(...shares, `return ${pickBits(pieces.map((i) => role(i, k)))};`),
      ]),
    ),
  };
}

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
