/** Small files that were once read wrongly, with the right values; test/cases has them. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { describeData } from "../../src/data/describe.ts";
import type { DatasetHost } from "../../src/data/host.ts";
import { loadDataset } from "../../src/data/load.ts";
import { measureColumns, restoreColumns, standardiseColumns } from "../../src/data/normalise.ts";

const disk: DatasetHost = { read: (path) => readFile(`test/cases/${path}`) };
const load = (spec: string, host: DatasetHost = disk) => loadDataset(spec, host);
const said = async (spec: string, host: DatasetHost = disk): Promise<string> =>
  describeData((await load(spec, host)).description).join("\n");

/** Both parts' rows in the order of a column, as numbers. */
const column = ({ train, test }: { train: Dataset; test: Dataset }, at: number): number[] => {
  const size = train.shape.reduce((a, b) => a * b, 1);
  return [train, test]
    .flatMap(({ x }) => Array.from(x).filter((_, i) => i % size === at))
    .toSorted((a, b) => a - b);
};
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const error = async (spec: string, host: DatasetHost = disk): Promise<ActigradError> => {
  const thrown: unknown = await load(spec, host).catch((cause: unknown) => cause);
  expect(thrown).toBeInstanceOf(ActigradError);
  return thrown as ActigradError;
};
/** A host whose files are texts or bytes. */
const files = (given: Readonly<Record<string, string | Uint8Array>>): DatasetHost => ({
  read: async (path) => {
    const file = given[path];
    if (file === undefined) throw new Error(`no such file: ${path}`);
    return typeof file === "string" ? new TextEncoder().encode(file) : file;
  },
});
const npy = (descr: string, shape: string, data: ArrayBufferView): Uint8Array => {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}}`;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Uint8Array.from([
    0x93,
    ...Buffer.from("NUMPY"),
    1,
    0,
    header.length,
    0,
    ...Buffer.from(header),
    ...bytes,
  ]);
};
/** Evenly spaced, up to float32's rounding of numbers below 2. */
const expectEvenSteps = (values: readonly number[], step: number): void => {
  for (const [i, value] of values.entries())
    expect(Math.abs(value - values[0]! - i * step)).toBeLessThan(2.5e-7);
};

describe("precision", () => {
  test("seconds since 1970 keep every second", async () => {
    const data = await load("timestamps.csv");
    const { std } = data.scaling.features!;
    expectEvenSteps(column(data, 0), 1 / std[0]!);
    expect(new Set(column(data, 0)).size).toBe(column(data, 0).length);
    const relative = await load("timestamps_rel.csv");
    expect(data.scaling.features!.std[0]).toBeCloseTo(relative.scaling.features!.std[0]!, 9);
    const [absolute, since] = [column(data, 0), column(relative, 0)];
    for (const [i, value] of absolute.entries()) expect(Math.abs(value - since[i]!)).toBeLessThan(1.2e-7);
    expect(data.scaling.features!.mean[0]! - relative.scaling.features!.mean[0]!).toBe(1.6e9);
  });

  test.each([
    ["<f8", 300, 1e-6, Float64Array],
    ["<f8", 2 ** 24, 1, Float64Array],
    ["<i8", 2 ** 24, 1, BigInt64Array],
    ["<i4", 2 ** 24, 1, Int32Array],
    ["<u4", 2 ** 31, 1, Uint32Array],
    ["<f8", 0, 1e-200, Float64Array],
  ])("%s columns from %d in steps of %d", async (descr, from, step, kind) => {
    const numbers = Array.from({ length: 100 }, (_, i) => from + i * step);
    const x =
      kind === BigInt64Array
        ? BigInt64Array.from(numbers, BigInt)
        : (kind as Float64ArrayConstructor).from(numbers);
    const y = Uint8Array.from({ length: 100 }, (_, i) => i % 2);
    const host = files({ "x.npy": npy(descr, "(100, 1)", x), "y.npy": npy("|u1", "(100,)", y) });
    const data = await load("x.npy,y.npy:scale=standard", host);
    const { train } = data;
    expect(Math.abs(mean([...train.x]))).toBeLessThan(1e-6);
    expect(mean([...train.x].map((v) => v * v))).toBeCloseTo(1, 6);
    // Over all 100 rows the statistics give (i - 49.5) / 28.866: the steps are even in any part.
    expectEvenSteps(column(data, 0), step / data.scaling.features!.std[0]!);
    const { std } = data.scaling.features!;
    expect(std[0]! / step).toBeGreaterThan(26);
    expect(std[0]! / step).toBeLessThan(31);
  });

  test.each([300, 2 ** 24, 1.6e9, 0])("a column from %d is (i - 49.5) / 28.866", (from) => {
    const step = from === 300 ? 1e-6 : 1;
    const values = Float64Array.from({ length: 100 }, (_, i) => from + i * step);
    const { mean: middle, std } = measureColumns(values, 1);
    for (const [i, value] of standardiseColumns(values, { mean: middle, std }).entries())
      expect(Math.abs(value - (i - 49.5) / Math.sqrt(9999 / 12))).toBeLessThan(from === 300 ? 1e-7 : 1.2e-7);
  });

  test("targets are standardised in float64, and restored", async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i % 7},${1_600_000_000 + i}`).join("\n");
    const data = await load("t.csv:task=values,targets=standardise", files({ "t.csv": `x,y\n${rows}\n` }));
    if (data.train.kind !== "values" || data.test.kind !== "values") throw new Error("values are expected");
    expect(Math.abs(mean([...data.train.targets]))).toBeLessThan(1e-6);
    expect(mean([...data.train.targets].map((v) => v * v))).toBeCloseTo(1, 6);
    const back = [data.train, data.test].flatMap(({ targets }) => [
      ...restoreColumns(targets, data.scaling.targets!),
    ]);
    const sorted = back.toSorted((a, b) => a - b);
    for (const [i, value] of sorted.entries()) expect(Math.abs(value - 1_600_000_000 - i)).toBeLessThan(1e-5);
    expect(await said("line.csv:task=values,targets=standardise")).toContain("targets are standardised");
    expect((await error("intnames.csv:targets=standardise")).message).toContain(
      "values to predict are numbers; task=classes takes each text as a class",
    );
  });

  test("new rows are scaled by the figures of the old, in float64", async () => {
    const { scaling, train } = await load("timestamps.csv");
    const like = { task: "classes", shape: [2], scaling, classNames: ["z", "b", "a"] } as const;
    const again = await loadDataset("timestamps.csv", disk, { like, seed: 0 });
    expect(again.train.x).toEqual(train.x);
    if (again.train.kind !== "classes" || train.kind !== "classes") throw new Error("classes are expected");
    expect(again.train.classes).toBe(3);
    expect([...again.train.labels]).toEqual([...train.labels].map((label) => (label === 0 ? 2 : 1)));
    const other = loadDataset("timestamps.csv", disk, { like: { ...like, classNames: ["a"] } });
    await expect(other).rejects.toThrow("the class b was not in the training data");
    await expect(loadDataset("timestamps.csv:drop=1", disk, { like })).rejects.toThrow(
      "expected 2 features a row, got 1",
    );
  });
});

describe("headers", () => {
  test("whole numbers as names above a text label", async () => {
    const { train, test: held } = await load("intnames.csv");
    expect(train.rows + held.rows).toBe(200);
    expect(train).toMatchObject({ classes: 2, features: ["0", "1"], target: "kind" });
    expect(await said("intnames.csv")).toContain("is read as column names (header=no reads it as a row)");
    const row = await load("intnames.csv:header=no");
    expect([row.train.rows + row.test.rows, row.train]).toMatchObject([201, { classes: 3 }]);
  });

  test.each([
    ["names that count, above fractions", "0,1,2\n.5,.7,1.5\n.2,.1,.5\n", true],
    ["names that count, above whole numbers", "0,1,2\n5,7,1\n2,1,5\n", false],
    ["years", "2019,2020,kind\n1,2,a\n3,4,a\n5,6,b\n7,8,b\n", true],
    ["a row whose text comes again", "1,2,a\n3,4,a\n5,6,b\n7,8,b\n", false],
    ["a row of fractions", "0.5,2,c\n3,4,a\n5,6,a\n7,8,b\n1,2,b\n", false],
    ["a missing value below a name", "a,7,kind\n,4,a\n5,6,b\n7,8,b\n", true],
  ])("%s", async (_, text, header) => {
    const { description } = await load("t.csv:na=empty,validation=0.5", files({ "t.csv": text }));
    expect(description.format).toContain(header ? "the first line names the columns" : "no header line");
  });
});

describe("columns", () => {
  test("an index as pandas writes it is left out, and said", async () => {
    const { train } = await load("indexed.csv");
    expect(train).toMatchObject({ features: ["a", "b"], classes: 2 });
    expect(await said("indexed.csv")).toContain("index column left out: column 1 has no name");
    expect(await said("indexed.csv")).toContain("columns=1..3 keeps it");
    expect((await load("indexed.csv:columns=1..3")).train.features).toEqual(["column 1", "a", "b"]);
    expect((await load("noindex.csv")).train.features).toEqual(["a", "b"]);
    expect(await said("noindex.csv")).not.toContain("note:");
  });

  test.each([
    [
      "a column without a name that repeats",
      ",a,kind\n1,2,x\n1,3,y\n2,4,x\n",
      ["column 1", "a"],
      "is taken as a feature",
    ],
    ["a column without a name that is no count", ",a,kind\n1.5,2,x\n2.5,3,y\n", ["column 1", "a"], "drop=1"],
    [
      "an index that pandas read and wrote again",
      "Unnamed: 0,a,kind\n0,2,x\n1,3,y\n",
      ["a"],
      "index column left out",
    ],
    ["names of rows without a name above them", "a,kind\nr1,2,x\nr2,3,y\n", ["a"], "index column left out"],
  ])("%s", async (_, text, features, note) => {
    const host = files({ "t.csv": text });
    expect((await load("t.csv:validation=0.5", host)).train.features).toEqual(features);
    expect(await said("t.csv:validation=0.5", host)).toContain(note);
  });

  test("chosen and left out, by name and by number", async () => {
    const host = files({ "t.csv": "a,b,c,d,kind\n1,2,3,text,x\n4,5,6,text,y\n" });
    const features = async (options: string) =>
      (await load(`t.csv:validation=0.5,${options}`, host)).train.features;
    expect(await features("columns=c/a")).toEqual(["c", "a"]);
    expect(await features("columns=1..3")).toEqual(["a", "b", "c"]);
    expect(await features("drop=d")).toEqual(["a", "b", "c"]);
    expect(await features("drop=d/1/kind")).toEqual(["b", "c"]);
    expect(await features("columns=2..4,drop=4")).toEqual(["b", "c"]);
    expect((await error("t.csv:drop=dd", host)).message).toContain('unknown drop column of t.csv "dd"');
    expect((await error("t.csv:columns=1..9", host)).message).toContain(
      "expected a columns column from 1 to 5",
    );
    expect((await error("t.csv:columns=a/kind", host)).message).toContain("kind is the label");
    expect((await error("t.csv:columns=a/1", host)).message).toContain("a is given twice");
    expect((await error("t.csv:drop=1..4", host)).message).toContain("all columns are left out");
    expect((await error("t.csv", host)).message).toContain("leave the column out (drop=4)");
    const twice = files({ "t.csv": "a,a,kind\n1,2,x\n3,4,y\n" });
    expect((await error("t.csv:drop=a", twice)).message).toContain("more than one column is named a");
  });
});

describe("what spreadsheets write", () => {
  test("spaces before quotes", async () => {
    const { train } = await load("spacequote.csv");
    expect(train).toMatchObject({
      features: ["width", "height"],
      target: "kind",
      classNames: ["large, flat", "small, round"],
    });
  });

  test("decimal commas between semicolons", async () => {
    const { train, test: held } = await load("european.csv:scale=none,validation=0.34");
    expect(column({ train, test: held }, 0)).toEqual([1, 1.5, 2.5]);
    expect(column({ train, test: held }, 1)).toEqual([2, 2.25, 3.75]);
    expect(await said("european.csv:validation=0.34")).toContain(
      "commas are read as decimal commas (decimal=point turns this off)",
    );
    expect((await error("european.csv:decimal=point")).message).toContain(
      'got "1,5"; decimal=comma reads it',
    );
    const quoted = files({ "t.csv": 'a,b\n"1,5","2,25"\n"2,5","1,75"\n' });
    const values = await load("t.csv:decimal=comma,scale=none,validation=0.5", quoted);
    expect(column(values, 0)).toEqual([1.5, 2.5]);
    expect(values.train.kind).toBe("values");
    const bare = files({ "t.csv": "1,5;2,5;3,5\n2,5;4,5;1,5\n" });
    expect((await load("t.csv:validation=0.5", bare)).train).toMatchObject({ shape: [2], kind: "values" });
  });

  test("delimiters at the ends of lines", async () => {
    const { train, test: held } = await load("trailing.csv:scale=none,validation=0.34");
    expect(train).toMatchObject({ features: ["A", "B"], target: "C" });
    expect([column({ train, test: held }, 0), column({ train, test: held }, 1)]).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(await said("trailing.csv:validation=0.34")).toContain("the empty last column is left out");
    const all = files({ "t.csv": "A,B,C,\n1,4,7,\n2,5,8,\n" });
    expect((await load("t.csv:validation=0.5", all)).train).toMatchObject({
      features: ["A", "B"],
      target: "C",
    });
  });

  test("missing values: refused, or left out and said", async () => {
    const host = files({ "t.csv": "a,b,kind\n1,2,x\nNA,2,x\n3,,y\n4,-999,x\n5,6,y\n7,8,?\n" });
    expect((await error("t.csv", host)).message).toContain(
      't.csv:3: column 1 (a): expected a value, got "NA"; na=NA leaves',
    );
    expect((await error("t.csv:na=NA", host)).message).toContain(
      "t.csv:4: column 2 (b): expected a value, got an empty field",
    );
    const { train, test: held } = await load("t.csv:na=empty/na/-999.0/?,scale=none,validation=0.5", host);
    expect(column({ train, test: held }, 0)).toEqual([1, 5]);
    expect(await said("t.csv:na=empty/NA/-999/?,validation=0.5", host)).toContain(
      "4 of 6 rows left out for a missing value",
    );
    // A column that is left out may have missing values.
    const lacking = files({ "t.csv": "a,b,c,d\n1,,3,x\n1,,4,y\n" });
    expect((await load("t.csv:drop=b,validation=0.5", lacking)).train.features).toEqual(["a", "c"]);
    expect((await error("t.csv:na=1", files({ "t.csv": "a,b\n1,x\n1,y\n" }))).message).toContain(
      "each of its 2 rows",
    );
  });

  test.each([
    ["<!DOCTYPE html>\n<html><body>Not found, sorry</body></html>", "an HTML page"],
    ["\n  <html lang='en'><head>", "an HTML page"],
    ["version https://git-lfs.github.com/spec/v1\noid sha256:0,1\n", "a Git LFS pointer"],
    ["PK\u0003\u0004xyz", "a ZIP archive"],
  ])("%j is no table", async (text, kind) => {
    const thrown = await error("t.csv", files({ "t.csv": text }));
    expect(thrown.code).toBe("format");
    expect(thrown.message).toContain(`t.csv: expected a table as text, got ${kind}`);
  });
});

describe("what a column to predict is", () => {
  test("nothing to tell apart is said", async () => {
    expect(await said("zero.csv")).toContain("1 class: 0 (10)");
    expect(await said("zero.csv")).toContain("all training rows have the same class");
    expect(await said("zero.csv")).toContain("taken as classes (task=values predicts the number)");
  });

  test("one-hot rows are classes, and said", async () => {
    const hot = await load("nchw_x.npy,onehot_y.npy");
    const plain = await load("nchw_x.npy,y.npy");
    expect(hot.train).toMatchObject({ kind: "classes", classes: 2 });
    expect(hot.train).toEqual({ ...plain.train });
    expect(await said("nchw_x.npy,onehot_y.npy")).toContain("labels are one-hot rows: taken as classes");
    expect((await load("nchw_x.npy,onehot_y.npy:task=values")).train).toMatchObject({
      kind: "values",
      width: 2,
    });
  });
});

describe("arrays", () => {
  test("headers of Python 2 and of NumPy 2", async () => {
    const { train, test: held } = await load("py2_x.npy,py2_y.npy");
    expect([train.rows + held.rows, train.shape]).toEqual([40, [3]]);
    const host = files({
      "x.npy": npy("<f4", "(np.int64(4), numpy.int32(1))", Float32Array.of(1, 2, 3, 4)),
      "y.npy": npy("|u1", "(4L,)", Uint8Array.of(0, 1, 0, 1)),
    });
    expect((await load("x.npy,y.npy:validation=0.5", host)).train).toMatchObject({ rows: 2, shape: [1] });
    const odd = files({ "x.npy": npy("<f4", "(np.system(4),)", Float32Array.of(1)), "y.npy": "" });
    expect((await error("x.npy,y.npy", odd)).message).toContain("expected a value, got np.system");
  });

  test("channels last are recognised, said, and put first", async () => {
    const [last, first] = [await load("nhwc_x.npy,y.npy"), await load("nchw_x.npy,y.npy")];
    expect(last.train.shape).toEqual([3, 12, 12]);
    expect(last.train).toEqual({ ...first.train, name: "nhwc_x.npy" });
    expect(await said("nhwc_x.npy,y.npy")).toContain("their channels last (layout=nchw says otherwise)");
    expect(await said("nchw_x.npy,y.npy")).not.toContain("channels last");
    expect((await load("nhwc1_x.npy,y.npy")).train.shape).toEqual([1, 12, 12]);
    expect((await load("nhwc_x.npy,y.npy:layout=nhwc")).train).toEqual(last.train);
    expect((await error("nchw_x.npy,y.npy:layout=nhwc")).message).toContain(
      "layout=nhwc makes 12 channels of [rows, 3, 12, 12], which looks like nchw",
    );
    expect((await error("nhwc_x.npy,y.npy:layout=nchw")).message).toContain(
      "give layout=nhwc, or leave it out",
    );
    expect((await error("py2_x.npy,py2_y.npy:layout=nhwc")).message).toContain(
      "expected an array of four dimensions",
    );
  });

  test("layouts that could be either are said", async () => {
    const host = files({
      "x.npy": npy(
        "|u1",
        "(2, 3, 2, 3)",
        Uint8Array.from({ length: 36 }, (_, i) => i),
      ),
      "y.npy": npy("|u1", "(2,)", Uint8Array.of(0, 1)),
    });
    expect(await said("x.npy,y.npy:validation=0.5", host)).toContain(
      "their channels first (layout=nhwc says otherwise)",
    );
    const { train, test: held } = await load("x.npy,y.npy:validation=0.5,layout=nhwc", host);
    const row = train.x[0] === 0 ? train.x : held.x;
    expect([...row]).toEqual([0, 3, 6, 9, 12, 15, 1, 4, 7, 10, 13, 16, 2, 5, 8, 11, 14, 17]);
  });
});

test("what was read is described", async () => {
  const { description } = await load("small.csv:task=values");
  expect(description).toMatchObject({
    name: "small.csv",
    rows: { train: 8, test: 2 },
    features: [{ name: "x", min: 0.5, max: 9.5 }],
    target: { kind: "values", values: [{ name: "y", min: 0, max: 18 }] },
  });
  expect(describeData(description)).toEqual([
    "small.csv: CSV, comma between fields, decimal point, the first line names the columns; 8 training rows, 2 test rows",
    "features: x 0.5 to 9.5",
    "predicts values: y 0 to 18",
    "features are standardised by the training rows' mean and standard deviation",
  ]);
  expect(await said("small.csv")).toContain("10 classes: 0 (1), 2 (1), 4 (1), 6 (1), 8 (1)");
});
