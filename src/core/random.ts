/**
 * Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC
 * 2011). A number is a function of (seed, stream, index) without any state, and `shaders/random.wgsl` gives the same bits on the
 * GPU. So a run depends on its seed only, not on the order of draws.
 *
 * Key: the seed's low and high 32 bits. Counter: [block, stream, 0, domain]; one block is four numbers.
 */
import { ActigradError } from "./errors.ts";
import { exactLog, exactSinCos } from "./exact.ts";

/** Four unsigned 32-bit words. */
export type Words4 = readonly [number, number, number, number];
/** Two unsigned 32-bit words: a Philox key, or the key of a permutation. */
export type Key = readonly [number, number];

/** The counter's last word separates different uses of the same seed and stream. Values are part of the format. */
export const domains = { uniform: 0, normal: 1, permutation: 2, dropout: 3 } as const;

/** High 32 bits of the 64-bit product of two u32, from 16-bit halves: no step exceeds 2^32, as in the WGSL. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) >>> 0;
}

/**
 * One block of Philox4x32-10: four independent u32 words from a 128-bit counter and a 64-bit key. Agrees with the known-answer
 * vectors of the authors' Random123 library.
 */
export function philox(counter: Words4, key: Key): Words4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd2511f53, c0);
    const high1 = mulHigh(0xcd9e8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** A seed (a whole number from 0 to 2^53 - 1) as a Philox key. @throws ActigradError "option" for anything else */
export function seedKey(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ActigradError("option", `seed: expected a whole number from 0 to 2^53 - 1, got ${seed}`, {
      seed,
    });
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}

/** The stream (u32) for a name such as "0.weight": FNV-1a over UTF-16 code units, then mixed. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return mix(hash >>> 0);
}

/**
 * `count` numbers in [0, 1), each a multiple of 2^-24 (the finest even spacing in float32). Element i is word i % 4 of block i /
 * 4.
 */
export function uniform(seed: number, stream: number, count: number): Float32Array<ArrayBuffer> {
  const out = draw(seed, stream, count);
  for (let i = 0; i < count; i += 4) {
    const words = philox([i / 4, stream, 0, domains.uniform], out.key);
    for (let lane = 0; lane < 4 && i + lane < count; lane++)
      out.values[i + lane] = (words[lane]! >>> 8) * 2 ** -24;
  }
  return out.values;
}

/**
 * `count` numbers of the standard normal distribution: Box-Muller in float64, rounded to float32 at the end; |z| is at most 6.67.
 * The same bits in every JavaScript engine (`exact.ts`), but not on the GPU, because WGSL has no float64 and allows errors of log
 * and cos that differ between devices. Normal numbers are therefore drawn here and uploaded.
 */
export function normal(seed: number, stream: number, count: number): Float32Array<ArrayBuffer> {
  const out = draw(seed, stream, count);
  for (let i = 0; i < count; i += 4) {
    const words = philox([i / 4, stream, 0, domains.normal], out.key);
    for (let pair = 0; pair < 4; pair += 2) {
      // (0, 1] keeps the logarithm finite.
      const radius = Math.sqrt(-2 * exactLog((words[pair]! + 1) * 2 ** -32));
      const [sin, cos] = exactSinCos(words[pair + 1]! * 2 ** -32);
      if (i + pair < count) out.values[i + pair] = radius * cos;
      if (i + pair + 1 < count) out.values[i + pair + 1] = radius * sin;
    }
  }
  return out.values;
}

function draw(seed: number, stream: number, count: number): { key: Key; values: Float32Array<ArrayBuffer> } {
  if (!isU32(stream)) throw new ActigradError("option", `stream: expected a u32, got ${stream}`, { stream });
  if (!isU32(count)) throw new ActigradError("option", `count: expected a u32, got ${count}`, { count });
  return { key: seedKey(seed), values: new Float32Array(count) };
}

/** The key of an epoch's shuffling order, for `permute_` on the GPU: a block of Philox at (epoch, permutation). */
export function permutationKey(seed: number, epoch: number): Key {
  if (!Number.isSafeInteger(epoch) || epoch < 0) {
    throw new ActigradError("option", `epoch: expected a whole number from 0, got ${epoch}`, { epoch });
  }
  const words = philox([epoch >>> 0, Math.floor(epoch / 2 ** 32), 0, domains.permutation], seedKey(seed));
  return [words[0], words[1]];
}

/**
 * The position of `index` in the shuffled order of [0, n): a computed bijection, so that an epoch's order needs no buffer.
 * `permute_(index, n, permutationKey(seed, epoch))` in WGSL gives the same number.
 * @throws ActigradError "option" unless 0 <= index < n < 2^32
 */
export function permute(index: number, n: number, seed: number, epoch: number): number {
  if (!isU32(n) || !isU32(index) || index >= n) {
    throw new ActigradError("option", `permute: expected 0 <= index < n < 2^32, got index ${index}, n ${n}`);
  }
  return permuteWithKey(index, n, permutationKey(seed, epoch));
}

/** The whole order of an epoch: element i is `permute(i, n, seed, epoch)`. */
export function permutation(n: number, seed: number, epoch: number): Uint32Array<ArrayBuffer> {
  if (!isU32(n)) throw new ActigradError("option", `permutation: expected n to be a u32, got ${n}`, { n });
  const key = permutationKey(seed, epoch);
  return Uint32Array.from({ length: n }, (_, i) => permuteWithKey(i, n, key));
}

/**
 * A Feistel network on w bits, with the smallest w such that 2^w >= n, repeated until it lands in [0, n). The bits are split into
 * two halves of w/2, rounded down and up. A round changes one half by a function of the other, so it is its own inverse whatever
 * that function is, and six rounds are a bijection P of [0, 2^w).
 *
 * The walk ends: P is a permutation of a finite set, so i lies on a cycle i -> P(i) -> P(P(i)) -> ... -> i. The walk follows that
 * cycle and stops at the first element below n; i itself is below n, so it stops there at the latest, after 2^w - n + 1 steps.
 * The map "next element below n on my cycle" is invertible (walk backwards), hence a bijection of [0, n). All n walks together
 * visit each element of [0, 2^w) at most once, and 2^w < 2n: fewer than two steps each on average.
 */
function permuteWithKey(index: number, n: number, key: Key): number {
  const width = 32 - Math.clz32(n - 1);
  const lowBits = (width + 1) >>> 1;
  const lowMask = (1 << lowBits) - 1;
  const highMask = (1 << (width - lowBits)) - 1;
  let low = index & lowMask;
  let high = index >>> lowBits;
  for (;;) {
    let [k0, k1] = key;
    for (let round = 0; round < 3; round++) {
      high ^= mix((low + k0) >>> 0) & highMask;
      low ^= mix((high + k1) >>> 0) & lowMask;
      k0 = (k0 + 0x9e3779b9) >>> 0;
      k1 = (k1 + 0xbb67ae85) >>> 0;
    }
    const value = ((high << lowBits) | low) >>> 0;
    if (value < n) return value;
  }
}

/** A bijection of u32 in which every input bit affects every output bit ("lowbias32", C. Wellons, 2018). */
function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

function isU32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}
