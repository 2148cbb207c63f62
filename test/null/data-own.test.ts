/** Custom data: arrays, the text of a table, and files through the entry for Node. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type ClassDataset,
  type NestedNumbers,
  type ValueDataset,
  applyScaling,
  dataset,
  fromCsv,
  loadDataset,
  restoreColumns,
  split,
  standardise,
} from "../../src/index.ts";
import { loadDataset as loadInNode } from "../../src/node.ts";

/** 150 rows of 3 classes, as iris has them; the numbers are those of a rule. */
const flowers = [
  "length,width,species",
  ...Array.from({ length: 150 }, (_, i) => {
    const species = Math.floor(i / 50);
    return `${(4 + species + (i % 7) / 10).toFixed(1)},${(2 + (i % 5) / 10).toFixed(1)},${["setosa", "versicolor", "virginica"][species]}`;
  }),
].join("\n");

describe("dataset", () => {
  test("nested rows with names of classes", () => {
    const rows = [
      [0, 0.5],
      [1, 2],
      [3, 4],
    ];
    expect(dataset(rows, ["no", "yes", "no"])).toEqual({
      kind: "classes",
      name: "data",
      rows: 3,
      shape: [2],
      x: Float32Array.of(0, 0.5, 1, 2, 3, 4),
      labels: Uint32Array.of(0, 1, 0),
      classes: 2,
      classNames: ["no", "yes"],
    });
    const asked = dataset(rows, ["no", "yes", "no"], { classNames: ["yes", "no", "perhaps"], name: "d" });
    expect(asked).toMatchObject({ labels: Uint32Array.of(1, 0, 1), classes: 3, name: "d" });
  });

  test("flat numbers: rows by the labels, or by a shape; bytes stay bytes", () => {
    expect(dataset(Float32Array.of(1, 2, 3, 4), Uint8Array.of(2, 0))).toMatchObject({
      kind: "classes",
      rows: 2,
      shape: [2],
      classes: 3,
    });
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const images = dataset(bytes, [0, 1], {
      shape: [2, 2],
      normalise: { scale: 1 / 255, shift: 0 },
      classes: 4,
    });
    expect(images).toMatchObject({ rows: 2, shape: [2, 2], classes: 4, normalise: { scale: 1 / 255 } });
    expect(images.x).toBe(bytes);
    const nested = dataset(
      [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      Int32Array.of(1, 1),
    );
    expect(nested).toMatchObject({ rows: 2, shape: [2, 2], x: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
  });

  test.each<[string, NestedNumbers, number, number[]]>([
    ["fractions", [0.5, 1.5], 1, [0.5, 1.5]],
    ["floats, whole ones too", Float32Array.of(1, 2), 1, [1, 2]],
    [
      "rows",
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      3,
      [1, 2, 3, 4, 5, 6],
    ],
    ["rows one after another", Float64Array.of(1, 2, 3, 4), 2, [1, 2, 3, 4]],
  ])("%s are values to predict", (_, y, width, want) => {
    const made = dataset([[1], [2]], y) as ValueDataset;
    expect(made).toMatchObject({ kind: "values", rows: 2, width, targets: Float32Array.from(want) });
  });

  test("a task that is asked for decides", () => {
    expect(dataset([[1], [2]], [3, 5], { task: "values" })).toMatchObject({ kind: "values", width: 1 });
    expect(dataset([[1], [2]], Float32Array.of(1, 0), { task: "classes" })).toMatchObject({ classes: 2 });
  });

  test.each<[string, () => unknown, RegExp, string]>([
    [
      "ragged rows",
      () => dataset([[1, 2], [3]], [0, 1]),
      /x: expected rows of 2 numbers, got one of 1/,
      "data",
    ],
    ["uneven depth", () => dataset([[1], 2] as never, [0, 1]), /nested deeper/, "data"],
    [
      "rows and labels",
      () => dataset([[1], [2]], ["a"]),
      /labels: expected 2 rows x 1 = 2 numbers, got 1/,
      "data",
    ],
    ["numbers and labels", () => dataset([1, 2, 3], [0, 1]), /x has 3 numbers, y 2 rows/, "data"],
    ["nothing", () => dataset([], []), /x has 0 numbers, y 0 rows/, "data"],
    ["no labels", () => dataset([[1]], undefined as never), /y: expected a label .* got no array/, "data"],
    ["what is no number", () => dataset([["1"]] as never, [0]), /x: expected numbers, got string/, "data"],
    ["NaN", () => dataset([[NaN]], [0]), /x: expected finite float32 numbers, got NaN/, "data"],
    [
      "a class that is none",
      () => dataset([[1]], ["c"], { classNames: ["a", "b"] }),
      /"c" is not one of its classes; .* are a, b/,
      "data",
    ],
    [
      "text to predict",
      () => dataset([[1]], ["c"], { task: "values" }),
      /numbers to predict, got text/,
      "data",
    ],
    [
      "fractions as classes",
      () => dataset([[1]], [0.5], { task: "classes" }),
      /1 whole numbers from 0/,
      "data",
    ],
    [
      "an unknown option",
      () => dataset([[1]], [0], { className: [] } as never),
      /did you mean "classNames"/,
      "option",
    ],
  ])("refused: %s", (_, make, message, code) => {
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

describe("fromCsv, split, standardise", () => {
  test("from text to scaled rows, test rows by the figures of the training rows", () => {
    const table = fromCsv(flowers);
    expect(table).toMatchObject({ kind: "classes", rows: 150, classes: 3, features: ["length", "width"] });
    const parts = split(table, { fraction: 0.2, seed: 1 });
    const { train, test: held, scaling } = standardise(parts);
    expect([train.rows, held.rows]).toEqual([120, 30]);
    expect((train as ClassDataset).classNames).toEqual(["setosa", "versicolor", "virginica"]);
    const mean = (x: ArrayLike<number>, c: number): number =>
      Array.from(x)
        .filter((_, i) => i % 2 === c)
        .reduce((sum, v) => sum + v, 0) /
      (x.length / 2);
    for (const c of [0, 1]) {
      expect(mean(train.x, c)).toBeCloseTo(0, 6);
      expect(scaling.features!.mean[c]).toBeCloseTo(mean(parts.train.x, c), 12);
    }
    expect(mean(held.x, 0)).not.toBe(0);
    expect(applyScaling(parts.test, scaling)).toEqual(held);
    const back = restoreColumns(train.x, scaling.features!);
    for (const [i, value] of parts.train.x.entries()) expect(back[i]).toBeCloseTo(value, 5);
  });

  test("values to predict are scaled where that is asked for; features are left where it is not", () => {
    const parts = split(fromCsv("x,y\n1,10\n2,20.5\n3,30\n4,40\n5,50\n6,60\n", { label: "y" }));
    const { train, scaling } = standardise(parts, { features: false, targets: true });
    expect(train.x).toEqual(Float32Array.from(parts.train.x));
    expect(Object.keys(scaling)).toEqual(["targets"]);
    expect((train as ValueDataset).targets.reduce((sum, v) => sum + v, 0)).toBeCloseTo(0, 5);
  });

  test("large numbers keep the digits that tell them apart", () => {
    const rows = Array.from({ length: 10 }, (_, i) => `${1.7e9 + i},${i % 2 ? "a" : "b"}`).join("\n");
    const { train } = standardise(split(fromCsv(`time,kind\n${rows}`)));
    expect(new Set(train.x).size).toBe(8);
  });

  test("options of a table, and its bytes", () => {
    const text = "\ufeffa;b;c\n1,5;x;2\n2,5;y;3\n";
    const options = { label: "b", columns: ["c"], name: "mine" } as const;
    expect(fromCsv(text, options)).toMatchObject({
      name: "mine",
      x: Float64Array.of(2, 3),
      classNames: ["x", "y"],
    });
    expect(fromCsv(new TextEncoder().encode(text), options)).toEqual(fromCsv(text, options));
  });

  test.each<[string, () => unknown, RegExp, string]>([
    [
      "a page of GitHub",
      () => fromCsv('\n\n<!DOCTYPE html>\n<html lang="en">'),
      /got an HTML page; the file may not exist, .* "Raw"/,
      "format",
    ],
    ["a page that says 404", () => fromCsv("<!-- nginx --><h1>404</h1>"), /got an HTML page/, "format"],
    [
      "an object",
      () => fromCsv({} as never),
      /expected the text of a table, got object; await response.text/,
      "data",
    ],
    [
      "an unknown option",
      () => fromCsv("a,b\n1,2", { labels: "b" } as never),
      /did you mean "label"/,
      "option",
    ],
    [
      "an option of split",
      () => split(fromCsv(flowers), { ratio: 0.5 } as never),
      /unknown option of split "ratio"/,
      "option",
    ],
    [
      "an option of standardise",
      () => standardise(split(fromCsv(flowers)), { target: true } as never),
      /did you mean "targets"/,
      "option",
    ],
  ])("refused: %s", (_, make, message, code) => {
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

describe("in Node", () => {
  test("actigrad/node reads a table from the disk, and MNIST from its package", async () => {
    const folder = await mkdtemp(join(tmpdir(), "actigrad-data-"));
    try {
      await writeFile(join(folder, "iris.csv"), flowers);
      const { train, test: held } = await loadInNode(join(folder, "iris.csv"));
      expect(train).toMatchObject({ name: "iris.csv", rows: 120, kind: "classes", classes: 3 });
      expect(held.rows).toBe(30);
      await writeFile(join(folder, "page.csv"), "<!doctype html><title>Not Found</title>");
      await expect(loadInNode(join(folder, "page.csv"))).rejects.toThrow("got an HTML page");
      await expect(loadInNode(join(folder, "none.csv"))).rejects.toThrow("there is no such file");
    } finally {
      await rm(folder, { recursive: true });
    }
    const { train } = await loadInNode("mnist:train=100,test=10");
    expect(train).toMatchObject({ rows: 100, shape: [28, 28], kind: "classes", classes: 10 });
  });

  test("the entry for pages says where Node's is", async () => {
    await expect(loadDataset("iris.csv")).rejects.toMatchObject({
      code: "file",
      message: expect.stringContaining('loadDataset of "actigrad/node" reads files'),
    });
  });
});
