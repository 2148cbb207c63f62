/** Where activations are evaluated: float32 numbers, the same on every machine. */
import { uniform } from "../../core/random.ts";
import type { ActivationCase } from "./cases.ts";
import { CORE } from "./goals.ts";

const MAX = 3.4028234663852886e38;

/**
 * About n numbers within [-10, 10]: half of them one per cell of an even grid, at a random place; three eighths with random bits
 * from 2^-16 up, equally many per octave; one eighth likewise below, down to the smallest normal number.
 */
export function corePoints(n: number): Float32Array<ArrayBuffer> {
  const [place, octave] = [uniform(1, 0, n), uniform(1, 1, n)];
  const even = n >> 1;
  const small = n - (n >> 3);
  return Float32Array.from({ length: n }, (_, i) => {
    const u = place[i]!;
    if (i < even) return Math.fround(-CORE + (2 * CORE * (i + u)) / even);
    const [low, high] = i < small ? [-16, 4] : [-126, -16];
    const sign = i % 2 === 0 ? 1 : -1;
    const size = 2 ** (low + Math.floor(octave[i]! * (high - low))) * (1 + u);
    return Math.fround(sign * (size > CORE ? size / 2 : size));
  });
}

/** The ends, zeros, and each kink with its neighbours. */
export function specialPoints({ record, params }: ActivationCase): Float32Array<ArrayBuffer> {
  const kinks = record.kinks(params).map(Math.fround);
  const beside = kinks.flatMap((kink) => {
    const step = Math.max(Math.abs(kink) * 2 ** -23, 2 ** -126);
    return [Math.fround(kink - step), kink, Math.fround(kink + step)];
  });
  return Float32Array.from([0, -0, CORE, -CORE, ...beside.filter((x) => Math.abs(x) <= CORE)]);
}

/**
 * About n finite numbers over the whole of float32: every exponent, denormals included, both signs, with random bits; the ends of
 * each octave; and an even grid from 8 to 1,032, where exponentials overflow.
 */
export function wholeRange(n: number): Float32Array<ArrayBuffer> {
  const grid = n >> 2;
  const each = Math.max(4, Math.floor((n - grid) / 510));
  const random = uniform(1, 2, each * 255);
  const xs = new Float32Array(2 * each * 255 + grid + 2);
  let at = 0;
  for (let exponent = 0; exponent < 255; exponent++) {
    for (let j = 0; j < each; j++) {
      const u = j === 0 ? 0 : j === 1 ? 1 - 2 ** -23 : random[exponent * each + j]!;
      const x = exponent === 0 ? u * 2 ** -126 : 2 ** (exponent - 127) * Math.min(1 + u, 2 - 2 ** -23);
      xs[at++] = x;
      xs[at++] = -x;
    }
  }
  for (let j = 0; j < grid; j++) xs[at++] = (j % 2 === 0 ? 1 : -1) * (8 + (1024 * j) / grid);
  xs[at++] = MAX;
  xs[at++] = -MAX;
  return xs;
}
