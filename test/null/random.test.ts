import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import { exactLog, exactSinCos } from "../../src/core/exact.ts";
import {
  normal,
  permutation,
  permutationKey,
  permute,
  philox,
  seedKey,
  streamOf,
  uniform,
} from "../../src/core/random.ts";

/** Sum of (seen - expected)^2 / expected; about `counts.length - 1` for fair counts. */
function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** A bound that a fair chi-square passes except once in about 10^6 (Wilson and Hilferty's approximation). */
function chiSquareLimit(freedom: number): number {
  const t = 2 / (9 * freedom);
  return freedom * (1 - t + 4.9 * Math.sqrt(t)) ** 3;
}

describe("philox", () => {
  // The philox4x32-10 lines of tests/kat_vectors in the authors' Random123 library.
  test.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)("known answer of %j", (counter, key, expected) => {
    expect(philox(counter, key)).toEqual(expected);
  });

  test("agrees with a round written with 64-bit integers", () => {
    const u32 = fc.nat({ max: 0xffffffff });
    fc.assert(
      fc.property(fc.tuple(u32, u32, u32, u32), fc.tuple(u32, u32), (counter, key) => {
        let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
        let [k, l] = key.map(BigInt) as [bigint, bigint];
        for (let round = 0; round < 10; round++) {
          const p = a * 0xd2511f53n;
          const q = c * 0xcd9e8d57n;
          [a, b, c, d] = [(q >> 32n) ^ b ^ k, q & 0xffffffffn, (p >> 32n) ^ d ^ l, p & 0xffffffffn];
          k = (k + 0x9e3779b9n) & 0xffffffffn;
          l = (l + 0xbb67ae85n) & 0xffffffffn;
        }
        expect(philox(counter, key)).toEqual([a, b, c, d].map(Number));
      }),
    );
  });
});

describe("seeds and streams", () => {
  test("a seed uses all of its 53 bits", () => {
    expect(seedKey(0)).toEqual([0, 0]);
    expect(seedKey(2 ** 32 + 5)).toEqual([5, 1]);
    expect(seedKey(Number.MAX_SAFE_INTEGER)).toEqual([0xffffffff, 0x1fffff]);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])("seed %d is refused", (seed) => {
    expect(() => uniform(seed, 0, 1)).toThrow(ActigradError);
  });

  test("stream and count are checked", () => {
    expect(() => uniform(0, -1, 1)).toThrow(/stream: expected a u32/);
    expect(() => normal(0, 2 ** 32, 1)).toThrow(/stream: expected a u32/);
    expect(() => uniform(0, 0, 1.5)).toThrow(/count: expected a u32/);
  });

  test("names get their own streams", () => {
    const names = Array.from({ length: 20000 }, (_, i) => `${i >> 1}.${i & 1 ? "weight" : "bias"}`);
    expect(new Set(names.map(streamOf)).size).toBe(names.length);
    expect(streamOf("0.weight")).toBe(2196575834);
  });
});

describe("uniform", () => {
  // Computed independently, in Python: they are part of what a seed means and must not change.
  test("fixed values", () => {
    expect([...uniform(1, 2, 6)].map((v) => v * 2 ** 24)).toEqual([
      15087067, 1446456, 18281, 5884944, 16108568, 8370886,
    ]);
  });

  test("a shorter draw is the beginning of a longer one", () => {
    for (const count of [0, 1, 2, 3, 4, 5, 7]) {
      expect(uniform(3, 1, count)).toEqual(uniform(3, 1, 64).subarray(0, count));
      expect(normal(3, 1, count)).toEqual(normal(3, 1, 64).subarray(0, count));
    }
  });

  test("fills [0, 1) evenly with multiples of 2^-24", () => {
    const values = uniform(7, 0, 200000);
    const counts = new Array<number>(100).fill(0);
    for (const value of values) counts[Math.floor(value * 100)]!++;
    expect(values.every((value) => value >= 0 && value < 1 && Number.isInteger(value * 2 ** 24))).toBe(true);
    expect(chiSquare(counts, 2000)).toBeLessThan(chiSquareLimit(99));
  });

  test("streams, seeds and uses are unrelated", () => {
    const all = [
      uniform(1, 0, 5000),
      uniform(1, 1, 5000),
      uniform(2, 0, 5000),
      uniform(2 ** 32 + 1, 0, 5000),
    ];
    for (let a = 0; a < all.length; a++) {
      for (let b = 0; b < a; b++) {
        const products = all[a]!.reduce((sum, v, i) => sum + (v - 0.5) * (all[b]![i]! - 0.5), 0);
        expect(Math.abs(products / 5000) * 12).toBeLessThan(5 / Math.sqrt(5000)); // correlation, five sigma
      }
    }
  });
});

describe("normal", () => {
  test("fixed values", () => {
    expect([...normal(1, 2, 6)]).toEqual([
      -1.909477949142456, 0.8440878391265869, 0.85087651014328, 0.898457944393158, -0.08727080374956131,
      2.0076100826263428,
    ]);
  });

  test("has the moments and the tails of the normal distribution", () => {
    const n = 200000;
    const z = normal(11, 0, n);
    const mean = (power: number): number => z.reduce((sum, v) => sum + v ** power, 0) / n;
    expect(Math.abs(mean(1))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(mean(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(mean(3))).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(mean(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    const beyond = z.filter((v) => Math.abs(v) > 2).length / n; // P(|z| > 2) = 0.0455
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(5 * Math.sqrt(0.0455 / n));
  });
});

describe("exact functions", () => {
  test("agree with Math to rounding", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 32 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (i, turns) => {
          const x = i * 2 ** -32;
          expect(Math.abs(exactLog(x) - Math.log(x))).toBeLessThan(
            4e-16 * Math.max(0.5, Math.abs(Math.log(x))),
          );
          const [sin, cos] = exactSinCos(turns);
          // Math.sin takes radians: the rounding of 2 pi turns is most of the difference.
          expect(Math.abs(sin - Math.sin(turns * 2 * Math.PI))).toBeLessThan(6e-15);
          expect(Math.abs(cos - Math.cos(turns * 2 * Math.PI))).toBeLessThan(6e-15);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("are exact where the answer is", () => {
    expect(exactLog(1)).toBe(0);
    expect(exactSinCos(0)).toEqual([0, 1]);
    expect(exactSinCos(0.25)).toEqual([1, -0]);
    expect(exactSinCos(-2.5).map((v) => v + 0)).toEqual([0, -1]);
  });
});

describe("permute", () => {
  const isPermutation = (order: Uint32Array): boolean => {
    const seen = new Uint8Array(order.length);
    for (const value of order) seen[value]!++;
    return seen.every((count) => count === 1);
  };

  test("is a bijection for every n to 300 and around powers of two", () => {
    const sizes = Array.from({ length: 301 }, (_, n) => n);
    for (const n of [...sizes, 511, 512, 513, 1023, 1024, 1025, 60000, 65535, 65536, 65537]) {
      expect(isPermutation(permutation(n, 5, n)), `n = ${n}`).toBe(true);
    }
  });

  test("is a bijection for any n, seed, epoch", () => {
    const seeds = fc.maxSafeNat();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), seeds, seeds, (n, seed, epoch) => {
        expect(isPermutation(permutation(n, seed, epoch))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("stays below n at the largest sizes", () => {
    for (const n of [2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1]) {
      const indices = Array.from({ length: 500 }, (_, i) => Math.floor((i * (n - 1)) / 499));
      const images = indices.map((i) => permute(i, n, 1, 0));
      expect(Math.max(...images)).toBeLessThan(n);
      expect(new Set(images).size).toBe(new Set(indices).size);
    }
  });

  test("fixed values", () => {
    expect([...permutation(10, 1, 0)]).toEqual([9, 7, 2, 5, 1, 0, 4, 3, 6, 8]);
    expect([0, 1, 2, 59999].map((i) => permute(i, 60000, 1, 3))).toEqual([24527, 31264, 13536, 56730]);
    expect(permutationKey(1, 3)).toEqual([4245971963, 3287347999]);
  });

  test("every index lands everywhere", () => {
    for (const n of [10, 37, 100]) {
      const runs = 400 * n;
      const first = new Array<number>(n).fill(0);
      const last = new Array<number>(n).fill(0);
      for (let epoch = 0; epoch < runs; epoch++) {
        first[permute(0, n, 9, epoch)]!++;
        last[permute(n - 1, n, 9, epoch)]!++;
      }
      expect(chiSquare(first, 400)).toBeLessThan(chiSquareLimit(n - 1));
      expect(chiSquare(last, 400)).toBeLessThan(chiSquareLimit(n - 1));
    }
  });

  test("neighbours part: image differences and batches are those of a fair shuffle", () => {
    const n = 4096;
    const differences = new Array<number>(64).fill(0);
    const batches = new Array<number>(64).fill(0); // how often source block b gives to the first 64 places
    for (let epoch = 0; epoch < 50; epoch++) {
      const order = permutation(n, 3, epoch);
      for (let i = 0; i + 1 < n; i += 2)
        differences[Math.floor(((order[i + 1]! - order[i]! + n) % n) / 64)]!++;
      for (let i = 0; i < 64; i++) batches[order[i]! >> 6]!++;
    }
    expect(chiSquare(differences, (50 * n) / 2 / 64)).toBeLessThan(chiSquareLimit(63));
    expect(chiSquare(batches, 50)).toBeLessThan(chiSquareLimit(63));
  });

  test.each([
    [0, 0],
    [5, 5],
    [-1, 5],
    [0.5, 5],
    [0, 2 ** 32],
  ])("index %d of n %d is refused", (index, n) => {
    expect(() => permute(index, n, 0, 0)).toThrow(/expected 0 <= index < n < 2\^32/);
  });
});
