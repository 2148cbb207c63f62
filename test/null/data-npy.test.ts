import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import { arrayDataset, type ArrayOptions } from "../../src/data/formats/arrays.ts";
import { parseNpy, type NpyArray } from "../../src/data/formats/npy.ts";

/** An NPY file of a header's text, padded as NumPy does. */
function npy(header: string, data: ArrayLike<number>, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length =
    version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    version,
    0,
    ...length,
    ...text,
    ...Array.from(data),
  ]);
}
const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }          \n`;
const values = (array: NpyArray) => [...array.data].map(Number);

describe("parseNpy", () => {
  test.each([
    ["|b1", [0, 1, 2], [0, 1, 1]],
    ["|u1", [0, 1, 255], [0, 1, 255]],
    ["|i1", [0, 1, 255], [0, 1, -1]],
    ["<u2", [1, 2, 255, 255], [0x201, 65535]],
    [">i2", [1, 2, 255, 254], [0x102, -2]],
    ["<u4", [1, 0, 0, 128], [0x80000001]],
    [">i4", [128, 0, 0, 1], [0x80000001 - 2 ** 32]],
    ["<u8", [1, 0, 0, 0, 1, 0, 0, 0], [2 ** 32 + 1]],
    [">i8", [255, 255, 255, 255, 255, 255, 255, 254], [-2]],
    ["<f2", [0, 0x3c, 0, 0xc0], [1, -2]],
    ["<f4", [0, 0, 0x80, 0x3f], [1]],
    [">f4", [0xc0, 0x20, 0, 0], [-2.5]],
    ["<f8", [0, 0, 0, 0, 0, 0, 4, 0xc0], [-2.5]],
    [">f8", [0x3f, 0xf0, 0, 0, 0, 0, 0, 0], [1]],
  ])("%s", (descr, bytes, expected) => {
    const array = parseNpy(npy(header(descr, `(${expected.length},)`), bytes), "f");
    expect(array.dtype).toBe(descr.slice(1));
    expect(array.shape).toEqual([expected.length]);
    expect(values(array)).toEqual(expected);
  });

  test("scalars, versions 2 and 3, quotes and spacing of other writers", () => {
    expect(parseNpy(npy(header("|u1", "()"), [7]), "f")).toMatchObject({ shape: [], data: Uint8Array.of(7) });
    expect(values(parseNpy(npy(header("|u1", "(2,)"), [7, 8], 2), "f"))).toEqual([7, 8]);
    expect(values(parseNpy(npy(header("|u1", "(2,)"), [7, 8], 3), "f"))).toEqual([7, 8]);
    const other = '{"shape":(1,2),"fortran_order":False,"descr":"|u1"}';
    expect(parseNpy(npy(other, [7, 8]), "f").shape).toEqual([1, 2]);
  });

  test("column-major files come out row-major", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), (shape) => {
        const count = shape.reduce((product, n) => product * n, 1);
        // Element i of the row-major array is i; place it where column-major order has it.
        const data = new Uint8Array(count);
        for (let i = 0; i < count; i++) {
          let rest = i;
          const index = shape.map(() => 0);
          for (let axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis]!;
            rest = Math.floor(rest / shape[axis]!);
          }
          data[index.reduceRight((at, n, axis) => at * shape[axis]! + n, 0)] = i;
        }
        const array = parseNpy(npy(header("|u1", `(${shape.join(",")},)`, "True"), data), "f");
        expect(values(array)).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  test.each([
    ["an empty file", new Uint8Array(0), "expected an NPY file (93 4e 55 4d 50 59), got an empty file"],
    ["another file", new TextEncoder().encode("PK\u0003\u0004zip"), "got a ZIP archive (.zip, .npz, .xlsx)"],
    ["version 4", npy(header("|u1", "(1,)"), [1], 4), "expected NPY version 1, 2 or 3, got 4"],
    ["no version", npy("", []).subarray(0, 6), "got a truncated file"],
    ["no header length", npy("", []).subarray(0, 9), "truncated by 1 bytes"],
    ["a truncated header", npy(header("|u1", "(1,)"), []).subarray(0, 30), "truncated by"],
    [
      "a header of 4 GB",
      Uint8Array.from([0x93, 78, 85, 77, 80, 89, 2, 0, 255, 255, 255, 255]),
      "truncated by 4294967295 bytes",
    ],
    ["truncated data", npy(header("<f4", "(2, 3)"), new Uint8Array(20)), "f4[2, 3], got"],
    ["data too long", npy(header("<f4", "(1,)"), new Uint8Array(5)), "1 bytes too many"],
    ["an object array", npy(header("|O", "(1,)"), [1]), "expected numbers (b1, u1, i1"],
    ["strings", npy(header("<U3", "(1,)"), [1]), 'got "<U3"'],
    ["complex numbers", npy(header("<c8", "(1,)"), new Uint8Array(8)), 'got "<c8"'],
    [
      "a structure",
      npy("{'descr': [('a', '<f4'), ('b', '<i4', (2,))], 'fortran_order': False, 'shape': (1,)}", []),
      "got a structure",
    ],
    ["no byte order", npy(header("f4", "(1,)"), new Uint8Array(4)), "expected a byte order"],
    [
      "a missing key",
      npy("{'descr': '<f4', 'shape': (1,)}", []),
      "expected the keys descr, fortran_order, shape, got descr, shape",
    ],
    [
      "a further key",
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), '__proto__': 1}", []),
      "got __proto__, descr",
    ],
    ["a key twice", npy("{'descr': '<f4', 'descr': '<f4'}", []), 'the key "descr" appears twice'],
    ["a negative size", npy(header("|u1", "(-1,)"), []), 'unexpected "-1,'],
    [
      "a size that is no tuple",
      npy(header("|u1", "(1)"), [1]),
      "expected a tuple of whole numbers for shape",
    ],
    [
      "sizes that overflow",
      npy(header("|u1", `(${"9007199254740991,".repeat(20)}0)`), []),
      "expected sizes that a file can hold",
    ],
    [
      "fortran_order as a number",
      npy(header("|u1", "(1,)", "1"), [1]),
      "expected True or False for fortran_order",
    ],
    [
      "code",
      npy("{'descr': __import__('os'), 'fortran_order': False, 'shape': ()}", []),
      "expected a value, got __import__",
    ],
    ["deep nesting", npy(`{'descr': ${"(".repeat(30000)}`, []), "nested too deeply"],
    ["text after the dict", npy(`${header("|u1", "(1,)")}x`, [1]), "expected the end, got x"],
    ["a cut-off dict", npy("{'descr': ", []), "expected a value, got the end"],
    ["an empty header", npy("", []), 'expected "{", got the end'],
    ["an escape", npy("{'descr': '\\x3cf4'}", []), "unexpected"],
  ])("%s is a typed error", (_, bytes, message) => {
    const parse = () => parseNpy(bytes, "f");
    expect(parse).toThrow(ActigradError);
    expect(parse).toThrow(message);
  });

  test("damaged files are read or refused, never anything else", () => {
    const file = npy(header("<f4", "(2, 3)"), new Uint8Array(24));
    const change = fc.record({ at: fc.nat({ max: file.length - 1 }), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.nat({ max: file.length }),
        (changes, end) => {
          const bytes = file.slice(0, end < 10 ? file.length : end);
          for (const { at, to } of changes) bytes[at] = to;
          try {
            parseNpy(bytes, "f");
          } catch (error) {
            expect(error).toBeInstanceOf(ActigradError);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("arrayDataset", () => {
  const npyDataset = (features: NpyArray, labels: NpyArray, name: string, task?: ArrayOptions["task"]) =>
    arrayDataset(features, labels, name, { task }).dataset;
  const array = (descr: string, shape: string, data: ArrayLike<number>) =>
    parseNpy(npy(header(descr, shape), data), "f");
  const x = array("<f4", "(3, 2)", new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer));

  test("whole numbers are classes, floats are values", () => {
    const labels = array("<i8", "(3,)", new Uint8Array(BigInt64Array.of(2n, 0n, 1n).buffer));
    expect(npyDataset(x, labels, "s")).toMatchObject({
      kind: "classes",
      shape: [2],
      classes: 3,
      labels: Uint32Array.of(2, 0, 1),
      x: Float32Array.of(1, 2, 3, 4, 5, 6),
    });
    const floats = array("<f4", "(3, 1)", new Uint8Array(Float32Array.of(2, 0, 1).buffer));
    expect(npyDataset(x, floats, "s")).toMatchObject({
      kind: "values",
      width: 1,
      targets: Float32Array.of(2, 0, 1),
    });
    expect(npyDataset(x, floats, "s", "classes")).toMatchObject({ kind: "classes", classes: 3 });
    expect(npyDataset(x, labels, "s", "values")).toMatchObject({
      kind: "values",
      targets: Float64Array.of(2, 0, 1),
    });
  });

  test("byte features stay bytes", () => {
    const dataset = npyDataset(array("|u1", "(2, 2)", [0, 255, 255, 0]), array("|u1", "(2,)", [0, 1]), "s");
    expect(dataset.x).toEqual(Uint8Array.of(0, 255, 255, 0));
  });

  test.each([
    ["another number of rows", () => npyDataset(x, array("|u1", "(2,)", [0, 1]), "s"), "3 rows, labels [2]"],
    [
      "a scalar",
      () => npyDataset(array("|u1", "()", [1]), x, "s"),
      "at least 1 dimension, got a single number",
    ],
    [
      "one-hot labels",
      () => npyDataset(x, array("|u1", "(3, 2)", new Uint8Array(6)), "s"),
      "one class per row, [3], got [3, 2]",
    ],
    [
      "a negative class",
      () => npyDataset(x, array("|i1", "(3,)", [0, 255, 0]), "s"),
      "label 1 (from 0): expected a class",
    ],
    [
      "half a class",
      () => npyDataset(x, array("<f2", "(3,)", [0, 0x38, 0, 0, 0, 0]), "s", "classes"),
      "got 0.5",
    ],
  ])("%s is a typed error", (_, build, message) => {
    expect(build).toThrow(ActigradError);
    expect(build).toThrow(message);
  });
});
