/** Runs a function of one float32 over the float32 range and finds its largest errors. */
import { ActigradError, checkOptions } from "../../core/errors.ts";
import { philox, seedKey } from "../../core/random.ts";
import { ulpsFrom } from "../matchers.ts";
import type { WgslFunction } from "./wgsl.ts";

/** Options of `sweep`. */
export interface SweepOptions {
  /** Step between bit patterns, a power of two; 65,536 by default, 1 covers all 2^32. */
  readonly every?: number;
  /** Number of additional random inputs; 1,000 by default. */
  readonly random?: number;
  readonly seed?: number;
  /** Inputs for which this returns false are skipped. */
  readonly within?: (x: number) => boolean;
  /** How many of the worst inputs to return; 5 by default. */
  readonly worst?: number;
}

/** One input of a sweep. */
export interface Swept {
  readonly x: number;
  readonly got: number;
  readonly want: number;
  /** Error in float32 ulp of the expected value; Infinity for NaN or a wrong infinity. */
  readonly ulp: number;
}

/** Result of `sweep`. */
export interface SweepResult {
  /** Number of inputs. */
  readonly count: number;
  /** The largest error in ulp. NaN is correct only where the reference is NaN. */
  readonly ulp: number;
  /** The inputs with the largest errors, largest first. */
  readonly worst: readonly Swept[];
}

/** Zeros, infinities, NaN, the smallest and largest of each kind, and the neighbours of 1. */
export const edgeValues: readonly number[] = [
  0,
  2 ** -149,
  2 ** -126 - 2 ** -149,
  2 ** -126,
  1 - 2 ** -24,
  1,
  1 + 2 ** -23,
  2,
  2 ** 23,
  2 ** 24,
  3.4028234663852886e38,
  Infinity,
]
  .flatMap((x) => [x, -x])
  .concat(NaN);

const CHUNK = 2 ** 20;

/**
 * Runs `f` on every `stride`-th bit pattern of float32, edge values and random inputs, and compares with `reference` (float64).
 * @throws ActigradError "option"
 */
export async function sweep(
  f: WgslFunction<Float32Array>,
  reference: (x: number) => number,
  options: SweepOptions = {},
): Promise<SweepResult> {
  checkOptions("sweep", options, ["every", "random", "seed", "within", "worst"]);
  const { every = 2 ** 16, random = 1000, seed = 0, within = () => true, worst: most = 5 } = options;
  if (!(every >= 1 && every <= 2 ** 31 && Number.isInteger(Math.log2(every))))
    throw new ActigradError("option", `sweep: expected every as a power of two up to 2^31, got ${every}`);
  const key = seedKey(seed);
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const valueOf = (pattern: number): number => {
    bits[0] = pattern;
    return float[0]!;
  };
  function* inputs(): Generator<number> {
    yield* edgeValues;
    for (let i = 0; i < random; i++) yield valueOf(philox([i, 0, 0, 0], key)[0]);
    for (let pattern = 0; pattern < 2 ** 32; pattern += every) yield valueOf(pattern);
  }
  let [count, ulp] = [0, 0];
  let worst: Swept[] = [];
  const see = async (xs: readonly number[]): Promise<void> => {
    const got = await f(Float32Array.from(xs));
    count += xs.length;
    for (const [i, x] of xs.entries()) {
      const [g, want] = [got[i]!, reference(x)];
      const off = Number.isNaN(g) && Number.isNaN(want) ? 0 : ulpsFrom(g, want);
      if (off > (worst.length < most ? 0 : worst.at(-1)!.ulp)) {
        worst.push({ x, got: g, want, ulp: off });
        worst = worst.toSorted((a, b) => b.ulp - a.ulp).slice(0, most);
      }
      ulp = Math.max(ulp, off);
    }
  };
  let xs: number[] = [];
  for (const x of inputs()) {
    if (within(x)) xs.push(x);
    if (xs.length < CHUNK) continue;
    await see(xs);
    xs = [];
  }
  if (xs.length > 0) await see(xs);
  return { count, ulp, worst };
}
