import { expect, test } from "vitest";
import type { MatmulTile } from "../../src/compile/kernels/target.ts";
import { tileCandidates } from "../../src/compile/kernels/tile.ts";
import { shared } from "../../src/compile/kernels/shared/index.ts";
import { sharedTile } from "../../src/compile/kernels/shared/tile.ts";
import { checkTiles, choiceOf, tileKey } from "../../src/measure/tune/tiles.ts";
import { paperTarget } from "../support/networks.ts";

const adapter = { vendor: "acme", architecture: "one", description: "", software: false };
const sizes = { z: 1, m: 785, n: 256, k: 128 };
const tile = { rows: 8, slots: 2, workgroup: 64 };

test("a tile is kept for one product of one adapter, and is nobody else's", () => {
  const key = tileKey(adapter, "atb", sizes);
  expect(key).toBe("acme one: atb 1x785x256x128");
  const choice = choiceOf(adapter, { [key]: tile });
  expect(choice("atb", sizes)).toEqual(tile);
  expect(choice("ab", sizes)).toBeUndefined();
  expect(choiceOf({ ...adapter, architecture: "two" }, { [key]: tile })("atb", sizes)).toBeUndefined();
  expect(choiceOf({ ...adapter, vendor: "", architecture: "" }, {})("ab", sizes)).toBeUndefined();
});

test("candidates are the engine's choice and its neighbours, on a GPU and on a software adapter", () => {
  const large = { z: 1, m: 2048, n: 2048, k: 64 };
  for (const target of [
    { ...paperTarget, software: false },
    { ...paperTarget, software: true },
    { ...paperTarget, software: true, quads: true },
  ]) {
    for (const of of [sizes, large, { z: 1, m: 3, n: 2, k: 5 }]) {
      const tiles = tileCandidates(of, target);
      expect(tiles.length).toBeGreaterThanOrEqual(1);
      expect(tiles.length).toBeLessThanOrEqual(3);
      expect(new Set(tiles.map((t) => JSON.stringify(t))).size).toBe(tiles.length);
      expect(() => checkTiles({ key: tiles[0] }, { quads: true })).not.toThrow();
    }
  }
  expect(tileCandidates(large, { ...paperTarget, software: false }).length).toBeGreaterThan(1);
});

test("on a GPU candidates share one order of sums, whatever the sizes", () => {
  for (const m of [1, 30, 256, 1024, 4096])
    for (const n of [1, 10, 32, 96, 1024, 4096])
      for (const k of [1, 63, 64, 784, 4097]) {
        const of = { z: 1, m, n, k };
        const tiles = shared.candidates(of);
        expect(tiles.length).toBeLessThanOrEqual(3);
        expect(checkTiles({ key: tiles[0] }, { quads: false })).toEqual({ key: tiles[0] });
        for (const tile of tiles) {
          // A pinned tile that summed in another order would be passed over.
          expect(sharedTile("ab", of, { ...paperTarget, software: false, tile })).toEqual(tile);
          expect(tile.workgroup).toBeLessThanOrEqual(256);
        }
      }
});

test("a block that cannot share its loads evenly, or wants more memory than there is, is passed over", () => {
  const of = { z: 1, m: 1024, n: 1024, k: 63 };
  const usual = shared.candidates(of)[0];
  const choose = (tile: MatmulTile) => sharedTile("ab", of, { ...paperTarget, software: false, tile });
  for (const tile of [
    { rows: 4, slots: 2, workgroup: 64, shared: { across: 8, depth: 12 } },
    { rows: 4, slots: 3, workgroup: 64, shared: { across: 8, depth: 16 } },
    { rows: 16, slots: 2, workgroup: 256, shared: { across: 8, depth: 16 } },
    { rows: 4, slots: 1, workgroup: 256, shared: { across: 4, depth: 4 } },
  ])
    expect(choose(tile), JSON.stringify(tile)).toEqual(usual);
  const small = { rows: 4, slots: 1, workgroup: 4, shared: { across: 2, depth: 8 } };
  expect(choose(small)).toEqual(small);
  expect(choose({ rows: 4, slots: 2, workgroup: 64 })).toBeUndefined();
});

test.each([
  ["a list", []],
  ["nothing", null],
  ["a number", { key: 3 }],
  ["no tile", { key: null }],
  ["rows that no slot holds", { key: { ...tile, rows: 6 } }],
  ["too many slots", { key: { ...tile, slots: 99 } }],
  ["half a workgroup", { key: { ...tile, workgroup: 2.5 } }],
  ["a huge workgroup", { key: { ...tile, workgroup: 4096 } }],
  ["quads where there are none", { key: { ...tile, quad: true } }],
  ["a block that is a text", { key: { ...tile, shared: "8" } }],
  ["a block without a depth", { key: { ...tile, shared: { across: 8 } } }],
  ["a block that no workgroup fills", { key: { ...tile, shared: { across: 7, depth: 16 } } }],
  ["a quad that is a text", { key: { ...tile, quad: "yes" } }],
])("a file with %s is refused", (_, value) => {
  expect(() => checkTiles(value, { quads: false })).toThrow(/remove the file to measure again/);
});

test("names that objects have by nature are no tiles", () => {
  const tiles = checkTiles(JSON.parse(`{"__proto__": ${JSON.stringify(tile)}}`), { quads: false });
  expect(choiceOf({ ...adapter, vendor: "__proto__" }, tiles)("ab", sizes)).toBeUndefined();
});
