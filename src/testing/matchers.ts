/** Comparisons of float32 results, as matchers for any extensible `expect`. NaN equals nothing unless allowed. */
import { compare, ulpDistance } from "../check/float64/compare.ts";
import { ulp } from "../check/certificate/ulp.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import { listing } from "./listing.ts";

/** A matcher's result; `message` explains why it failed (or, if it passed, why it would fail negated). */
export interface Matched {
  readonly pass: boolean;
  /** Built on demand. */
  readonly message: () => string;
}

/** A number or numbers, usually a Float32Array read from the GPU. */
export type Numbers = number | ArrayLike<number>;

/** How NaN is treated. */
export interface NanOptions {
  /** Accepts NaN where NaN is expected; false by default. */
  readonly nan?: boolean;
}

/** Allowed error: |got - expected| <= atol + rtol * |expected|. Both are 0 by default. */
export interface CloseOptions extends NanOptions {
  readonly rtol?: number;
  readonly atol?: number;
}

/** The smallest normal float32: WGSL may flush smaller numbers to zero. */
const LEAST_NORMAL = 2 ** -126;

/** Distance in ulp of the expected value; a denormal may be flushed to zero. NaN is infinitely far from everything. */
export function ulpsFrom(got: number, want: number): number {
  const rounded = Math.fround(want);
  if (got === rounded || (got === 0 && Math.abs(want) < LEAST_NORMAL)) return 0;
  if (!Number.isFinite(got) || !Number.isFinite(rounded)) return Infinity;
  return Math.abs(got - want) / ulp(want);
}

/** Passes if each number is within `limit` float32 ulp of the expected one, which may have float64 precision. */
export function toBeWithinUlp(
  received: Numbers,
  expected: Numbers,
  limit: number,
  options: NanOptions = {},
): Matched {
  checkOptions("toBeWithinUlp", options, ["nan"]);
  if (!(limit >= 0))
    throw new ActigradError("option", `toBeWithinUlp: expected a limit of at least 0 ulp, got ${limit}`);
  return judge(
    received,
    expected,
    `within ${limit} ulp`,
    options,
    (got, want) => ulpsFrom(got, want) / limit,
  );
}

/** Passes if |got - expected| <= atol + rtol * |expected| for each number, with the expected one rounded to float32. */
export function toAllBeClose(received: Numbers, expected: Numbers, options: CloseOptions = {}): Matched {
  checkOptions("toAllBeClose", options, ["rtol", "atol", "nan"]);
  const { rtol = 0, atol = 0 } = options;
  if (!(rtol >= 0 && atol >= 0))
    throw new ActigradError(
      "option",
      `toAllBeClose: expected rtol and atol of at least 0, got ${rtol}, ${atol}`,
    );
  const tolerance = { rtol, atol };
  return judge(
    received,
    expected,
    `within rtol ${rtol}, atol ${atol}`,
    options,
    (got, want) => compare([got], [want], tolerance).excess,
  );
}

/**
 * Passes if the bits are the same: -0 differs from 0, and a NaN equals one with the same bits. Plain numbers are rounded to
 * float32.
 */
export function toBeBitEqual(received: Numbers, expected: Numbers): Matched {
  const [got, want] = [bitsOf(received), bitsOf(expected)];
  if (got.name !== want.name) return fails(`expected a ${want.name}, got a ${got.name}`);
  if (got.words.length !== want.words.length)
    return fails(`expected ${want.words.length} words of 32 bits, got ${got.words.length}`);
  const differ = [...got.words.keys()].filter((i) => got.words[i] !== want.words[i]);
  if (differ.length === 0) return { pass: true, message: () => "expected other bits" };
  const at = differ[0]!;
  const show = ({ words, value }: Bits): string =>
    `0x${words[at]!.toString(16).padStart(8, "0")} (${text(value(at))})`;
  return fails(
    `${differ.length} of ${want.words.length} words differ; the first at ${at}: got ${show(got)}, expected ${show(want)}`,
  );
}

/** Passes if every number is finite. */
export function toBeFiniteEverywhere(received: Numbers): Matched {
  const got = listing(received, "received");
  const at: number[] = [];
  for (let i = 0; i < got.length; i++) if (!Number.isFinite(got[i])) at.push(i);
  if (at.length === 0) return { pass: true, message: () => "expected a number that is not finite" };
  return fails(`${at.length} of ${got.length} numbers are not finite; the first at ${at[0]}: ${got[at[0]!]}`);
}

/** All matchers, for `expect.extend`. */
export const matchers = {
  /** Each number is within this many ulp of the expected one. */
  toBeWithinUlp,
  /** Each number within rtol and atol. */
  toAllBeClose,
  /** The same bits. */
  toBeBitEqual,
  /** Neither NaN nor infinite. */
  toBeFiniteEverywhere,
};

const fails = (message: string): Matched => ({ pass: false, message: () => message });

/** Judges each number by its error as a multiple of the allowed one. */
function judge(
  received: Numbers,
  expected: Numbers,
  what: string,
  { nan = false }: NanOptions,
  excess: (got: number, want: number) => number,
): Matched {
  const got = listing(received, "received");
  const want = listing(expected, "expected");
  if (got.length !== want.length) return fails(`expected ${want.length} numbers, got ${got.length}`);
  let [worst, at, over] = [-1, 0, 0];
  for (let i = 0; i < want.length; i++) {
    const [g, w] = [got[i]!, want[i]!];
    const both = Number.isNaN(g) && Number.isNaN(w);
    // An exact result under a limit of 0 gives 0 / 0.
    const own = both || Number.isNaN(g) || Number.isNaN(w) ? (both && nan ? 0 : Infinity) : excess(g, w) || 0;
    if (own > 1) over++;
    if (own > worst) [worst, at] = [own, i];
  }
  if (over === 0) return { pass: true, message: () => `expected a number that is not ${what}` };
  const message = (): string =>
    [
      `${over} of ${want.length} numbers are not ${what}; the worst at ${at}:`,
      `  got ${text(got[at]!)}, expected ${text(want[at]!)}: ${ulpText(got[at]!, want[at]!)}`,
      ...(Number.isNaN(want[at]!) ? ["  (NaN is expected there: { nan: true } lets it pass)"] : []),
      ...histogram(got, want),
    ].join("\n");
  return { pass: false, message };
}

const text = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

function ulpText(got: number, want: number): string {
  const off = ulpsFrom(got, want);
  return Number.isFinite(off) ? `${Number(off.toPrecision(4))} ulp off` : "infinitely many ulp off";
}

/** How many numbers are off, by powers of two of ulp. */
function histogram(got: ArrayLike<number>, want: ArrayLike<number>): string[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < want.length; i++) {
    const steps = ulpDistance(got[i]!, want[i]!);
    const bin = steps === 0 ? -1 : Math.ceil(Math.log2(steps));
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  if (want.length === 1) return [];
  const most = Math.max(...counts.values());
  const rows = [...counts].toSorted(([a], [b]) => a - b);
  const label = (bin: number): string =>
    bin === -1 ? "exact" : bin === Infinity ? "NaN" : `<= ${2 ** bin} steps`;
  const width = Math.max(...rows.map(([bin]) => label(bin).length));
  return rows.map(
    ([bin, count]) =>
      `  ${label(bin).padStart(width)}  ${"#".repeat(Math.ceil((20 * count) / most))} ${count}`,
  );
}

interface Bits {
  readonly name: string;
  readonly words: Uint32Array;
  readonly value: (word: number) => number;
}

function bitsOf(numbers: Numbers): Bits {
  const list = listing(numbers, "a side");
  const typed = ArrayBuffer.isView(list) ? list : Float32Array.from(list);
  const bytes = new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength).slice();
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const each = bytes.length / Math.max(1, list.length) / 4; // words per element
  return {
    name: typed.constructor.name,
    words: new Uint32Array(padded.buffer),
    value: (word) => (ArrayBuffer.isView(list) ? list[Math.floor(word / each)]! : list[word]!),
  };
}
