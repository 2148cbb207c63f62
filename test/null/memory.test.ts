import fc from "fast-check";
import { expect, test } from "vitest";
import { type Lifetime, assignBuffers } from "../../src/compile/memory.ts";

const lifetimes = fc
  .array(fc.record({ bytes: fc.integer({ min: 1, max: 1000 }), first: fc.nat(40), length: fc.nat(15) }), {
    maxLength: 60,
  })
  .map((list) =>
    list.map(({ bytes, first, length }, key): Lifetime<number> => ({
      key,
      bytes,
      first,
      last: first + length,
    })),
  );

test("no two live tensors share a buffer, and every tensor fits", () => {
  fc.assert(
    fc.property(lifetimes, (tensors) => {
      const { buffers, place } = assignBuffers(tensors);
      for (const a of tensors) {
        expect(buffers[place.get(a.key)!]).toBeGreaterThanOrEqual(a.bytes);
        for (const b of tensors) {
          if (a.key >= b.key || place.get(a.key) !== place.get(b.key)) continue;
          expect(a.last < b.first || b.last < a.first).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("never less than the lower bound, never more than a buffer a tensor", () => {
  fc.assert(
    fc.property(lifetimes, (tensors) => {
      const { buffers, lowerBoundBytes } = assignBuffers(tensors);
      const total = buffers.reduce((a, b) => a + b, 0);
      const unshared = tensors.reduce((a, t) => a + t.bytes, 0);
      let alive = 0;
      for (let at = 0; at < 60; at++) {
        alive = Math.max(
          alive,
          tensors.filter((t) => t.first <= at && at <= t.last).reduce((a, t) => a + t.bytes, 0),
        );
      }
      expect(lowerBoundBytes).toBe(alive);
      expect(total).toBeGreaterThanOrEqual(lowerBoundBytes);
      expect(total).toBeLessThanOrEqual(unshared);
    }),
  );
});

test("tensors of one size that follow each other take two buffers", () => {
  const chain = Array.from({ length: 10 }, (_, key) => ({ key, bytes: 64, first: key, last: key + 1 }));
  expect(assignBuffers(chain).buffers).toEqual([64, 64]);
});
