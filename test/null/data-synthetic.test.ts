import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import {
  checkDataset,
  firstRows,
  selectRows,
  type ClassDataset,
  type ValueDataset,
} from "../../src/data/dataset.ts";
import { measureFeatures } from "../../src/data/normalise.ts";
import { applyScaling } from "../../src/data/prepare.ts";
import { split } from "../../src/data/split.ts";
import { synthetic, syntheticNames } from "../../src/data/synthetic.ts";

const points = ({ x, labels }: ClassDataset) =>
  Array.from(labels, (label, i) => ({
    label,
    x: x[2 * i]!,
    y: x[2 * i + 1]!,
    r: Math.hypot(x[2 * i]!, x[2 * i + 1]!),
  }));

describe("synthetic sets", () => {
  test.each(syntheticNames)("%s: even classes, near [-1, 1], the same for the same seed", (name) => {
    for (const rows of [1, 2, 7, 1000]) {
      const set = synthetic(name, rows, {}, 3);
      expect(set).toMatchObject({ name, rows, shape: [2], classes: 2 });
      const ones = set.labels.reduce((sum, label) => sum + label, 0);
      expect(ones).toBe(Math.floor(rows / 2));
    }
    const set = synthetic(name, 1000, {}, 3);
    const largest = Array.from(set.x).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(largest).toBeGreaterThan(0.8);
    expect(largest).toBeLessThan(1.4);
    expect(synthetic(name, 1000, {}, 3)).toEqual(set);
    expect(synthetic(name, 1000, {}, 4).x).not.toEqual(set.x);
    expect(synthetic(name, 1000, {}, 3, "test").x).not.toEqual(set.x);
  });

  // Computed independently, in Python: a seed must always mean the same points.
  test("spirals: fixed values", () => {
    const expected = [0.6808741688728333, 0.250289648771286, 0.33356407284736633, 0.08293940871953964];
    expect([...synthetic("spirals", 2, {}, 1).x]).toEqual(expected);
  });

  test("spirals: every point lies on its own arm", () => {
    const set = synthetic("spirals", 900, { noise: 0, turns: 2, arms: 3 }, 1);
    expect(set.classes).toBe(3);
    for (const { label, x, y, r } of points(set)) {
      const turns = r * 2 + label / 3;
      expect(x).toBeCloseTo(r * Math.cos(2 * Math.PI * turns), 5);
      expect(y).toBeCloseTo(r * Math.sin(2 * Math.PI * turns), 5);
      expect(r).toBeGreaterThan(0.0499);
      expect(r).toBeLessThan(1.0001);
    }
  });

  test("circles: a disc and a ring, each evenly filled", () => {
    const set = points(synthetic("circles", 4000, { inner: 0.4, outer: 0.8 }, 1));
    const radii = (label: number) => set.filter((point) => point.label === label).map((point) => point.r);
    expect(Math.max(...radii(0))).toBeLessThan(0.4001);
    expect(Math.min(...radii(1))).toBeGreaterThan(0.7999);
    expect(Math.max(...radii(1))).toBeLessThan(1.0001);
    // Half of a disc's area lies within 1/sqrt 2 of its radius: 2000 rows, five sigma.
    expect(Math.abs(radii(0).filter((r) => r < 0.4 * Math.SQRT1_2).length - 1000)).toBeLessThan(112);
  });

  test("xor: the class says whether the signs differ, and each quadrant has a quarter", () => {
    const set = points(synthetic("xor", 400, { gap: 0.1 }, 1));
    expect(set.every(({ label, x, y }) => label === (x * y < 0 ? 1 : 0))).toBe(true);
    expect(set.every(({ x, y }) => Math.min(Math.abs(x), Math.abs(y)) >= 0.0999)).toBe(true);
    for (const [right, up] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]) {
      expect(set.filter(({ x, y }) => x > 0 === right && y > 0 === up)).toHaveLength(100);
    }
  });

  test("moons: two arcs of the same radius", () => {
    for (const { label, x, y } of points(synthetic("moons", 400, { noise: 0 }, 1))) {
      // Undo the scaling, then the second moon's turn.
      const [a, b] = [x * 1.5 + 0.5, y * 1.5 + 0.25];
      const [u, v] = label === 0 ? [a, b] : [1 - a, 0.5 - b];
      expect(Math.hypot(u, v)).toBeCloseTo(1, 5);
      expect(v).toBeGreaterThan(-1e-6);
    }
  });

  test("noise has the deviation that it says", () => {
    const clean = synthetic("moons", 5000, { noise: 0 }, 1).x;
    const noisy = synthetic("moons", 5000, { noise: 0.25 }, 1).x;
    const square = Array.from(noisy).reduce((sum, v, i) => sum + (v - clean[i]!) ** 2, 0) / noisy.length;
    expect(Math.sqrt(square)).toBeCloseTo(0.25, 2);
  });

  test.each([
    ["an unknown set", () => synthetic("spiral", 10), 'did you mean "spirals"?'],
    ["a name of Object.prototype", () => synthetic("constructor", 10), 'unknown dataset "constructor"'],
    ["an unknown option", () => synthetic("spirals", 10, { turn: 1 }), 'did you mean "turns"?'],
    [
      "too much",
      () => synthetic("spirals", 10, { turns: 21 }),
      "spirals: turns: expected a number from 0 to 20, got 21",
    ],
    [
      "half an arm",
      () => synthetic("spirals", 10, { arms: 2.5 }),
      "arms: expected a whole number from 2 to 20",
    ],
    ["NaN", () => synthetic("xor", 10, { noise: Number.NaN }), "expected a number from 0 to 10"],
    ["no rows", () => synthetic("xor", 0), "expected at least one row, got 0"],
  ])("%s is a typed error", (_, make, message) => {
    expect(make).toThrow(ActigradError);
    expect(make).toThrow(message);
  });
});

describe("split", () => {
  // The feature of a row is its number, so that rows can be tracked.
  const numbered = (labels: readonly number[]): ClassDataset => ({
    name: "n",
    kind: "classes",
    rows: labels.length,
    shape: [1],
    x: Float32Array.from(labels.keys()),
    labels: Uint32Array.from(labels),
    classes: Math.max(...labels) + 1,
  });
  const rowsOf = (set: { x: ArrayLike<number> }) => Array.from(set.x);

  test("every row on one side, the size asked for, classes in their shares, labels with their rows", () => {
    const labels = fc.array(fc.nat({ max: 4 }), { minLength: 10, maxLength: 200 });
    fc.assert(
      fc.property(
        labels,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.nat(),
        (labels, fraction, seed) => {
          const { train, test } = split(numbered(labels), { fraction, seed });
          expect([...rowsOf(train), ...rowsOf(test)].toSorted((a, b) => a - b)).toEqual([...labels.keys()]);
          expect(test.rows).toBe(Math.round(labels.length * fraction));
          for (const side of [train, test])
            expect([...side.labels]).toEqual(rowsOf(side).map((row) => labels[row]));
          const counts = [...new Set(labels)].map((c) => labels.filter((label) => label === c).length);
          // Which classes would have no row to train on; what they must not give is taken from others.
          const small = counts.filter((count) => (count * test.rows) / labels.length > count - 1).length;
          for (const c of new Set(labels)) {
            const share = (labels.filter((label) => label === c).length * test.rows) / labels.length;
            const got = test.labels.filter((label) => label === c).length;
            expect(share - got).toBeLessThan(1 + small);
            expect(got - share).toBeLessThan(1 + small);
            if (train.rows >= counts.length) expect([...train.labels]).toContain(c);
          }
        },
      ),
    );
  });

  test("a class of one row is trained on, unless every class is one", () => {
    const labels = Array.from({ length: 40 }, (_, i) => (i === 7 ? 2 : i % 2));
    for (let seed = 0; seed < 50; seed++) {
      const { train, test } = split(numbered(labels), { seed, fraction: 0.5 });
      expect([...train.labels]).toContain(2);
      expect(test.rows).toBe(20);
    }
    expect(split(numbered([0, 1, 2, 3, 4])).test.rows).toBe(1);
  });

  test("the same seed, the same split; another seed, another", () => {
    const set = numbered(Array.from({ length: 100 }, (_, i) => i % 3));
    expect(split(set, { seed: 1 })).toEqual(split(set, { seed: 1 }));
    expect(rowsOf(split(set, { seed: 1 }).test)).not.toEqual(rowsOf(split(set, { seed: 2 }).test));
    expect(rowsOf(split(set, { seed: 1, stratified: false }).test)).not.toEqual(
      rowsOf(split(set, { seed: 1 }).test),
    );
  });

  const targets: ValueDataset = {
    name: "v",
    kind: "values",
    rows: 10,
    shape: [1],
    x: Float32Array.from({ length: 10 }, (_, i) => i),
    targets: Float32Array.from({ length: 20 }, (_, i) => i),
    width: 2,
  };

  test("values go with their rows", () => {
    const { train, test } = split(targets, { fraction: 0.3 });
    expect([train.rows, test.rows]).toEqual([7, 3]);
    for (const side of [train, test]) {
      expect([...side.targets]).toEqual(rowsOf(side).flatMap((row) => [2 * row, 2 * row + 1]));
    }
  });

  test.each([
    [
      "nothing held back",
      () => split(targets, { fraction: 0.01 }),
      "leaves 10 for training and 0 for testing",
    ],
    [
      "everything held back",
      () => split(targets, { fraction: 0.99 }),
      "leaves 0 for training and 10 for testing",
    ],
    [
      "a fraction of 0",
      () => split(targets, { fraction: 0 }),
      "expected a fraction above 0 and below 1, got 0",
    ],
    ["a fraction of NaN", () => split(targets, { fraction: Number.NaN }), "got NaN"],
    ["strata of values", () => split(targets, { stratified: true }), "a stratified split needs classes"],
  ])("%s is a typed error", (_, make, message) => {
    expect(make).toThrow(ActigradError);
    expect(make).toThrow(message);
  });

  test("rows by number, and the first ones", () => {
    expect(rowsOf(selectRows(targets, Uint32Array.of(3, 3, 0)))).toEqual([3, 3, 0]);
    expect([...firstRows(targets, 2).targets]).toEqual([0, 1, 2, 3]);
    expect(() => selectRows(targets, Uint32Array.of(10))).toThrow("expected rows below 10, got row 10");
    expect(() => firstRows(targets, 11)).toThrow("expected 1 to 10 rows, asked for 11");
  });

  test("features are brought to mean 0, deviation 1; constant ones to 0", () => {
    const x = Float32Array.of(1, 5, 0.1, 3, 5, 0.1, 5, 5, 0.1);
    const set: ClassDataset = { ...numbered([0, 1, 0]), shape: [3], x };
    const figures = measureFeatures(set);
    expect(figures).toEqual({
      mean: [3, 5, Math.fround(0.1)],
      std: [Math.sqrt(8 / 3), 1, 1],
    });
    const column = applyScaling(set, { features: figures }).x;
    expect([column[0], column[3], column[6]]).toEqual(
      [-2, 0, 2].map((v) => Math.fround(v / figures.std[0]!)),
    );
    expect([column[1], column[4], column[2], column[8]]).toEqual([0, 0, 0, 0]);
  });
});

describe("checkDataset", () => {
  const good: ClassDataset = {
    name: "g",
    kind: "classes",
    rows: 2,
    shape: [2],
    x: new Float32Array(4),
    labels: Uint32Array.of(0, 1),
    classes: 2,
  };

  test.each([
    [{ x: new Float32Array(3) }, "x: expected 2 rows x 2 = 4 numbers, got 3"],
    [{ labels: Uint32Array.of(0) }, "labels: expected 2 rows x 1 = 2 numbers, got 1"],
    [{ labels: Uint32Array.of(0, 2) }, "row 1: expected a label below 2, got 2"],
    [{ classNames: ["a"] }, "expected 2 class names, got 1"],
    [{ shape: [] }, "expected a sample shape of whole numbers from 1, got []"],
    [
      { x: Float32Array.of(0, 0, 0, Infinity) },
      "expected finite float32 numbers, got Infinity (row 1, number 1, from 0)",
    ],
    [{ x: new Uint8Array(4), normalise: { scale: Number.NaN, shift: 0 } }, "a finite scale and shift"],
  ] as [Partial<ClassDataset>, string][])("%j is a typed error", (change, message) => {
    expect(checkDataset(good)).toBe(good);
    expect(() => checkDataset({ ...good, ...change })).toThrow(ActigradError);
    expect(() => checkDataset({ ...good, ...change })).toThrow(message);
  });
});
