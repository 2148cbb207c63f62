import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import { readSafetensors, writeSafetensors } from "../../src/data/formats/safetensors.ts";
import {
  dtypeOf,
  dtypes,
  itemBytes,
  type StoredDtype,
  type Tensor,
  tensorFloat32,
  tensorOf,
} from "../../src/data/formats/tensor.ts";

const numbers = (...values: readonly number[]): Tensor => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

/** A file of the header's text (or bytes) and `dataBytes` counted bytes. */
function file(header: unknown, dataBytes = 0, headerBytes?: number | bigint): Uint8Array {
  const text =
    header instanceof Uint8Array
      ? header
      : new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes ?? text.length), true);
  bytes.set(text, 8);
  for (let i = 0; i < dataBytes; i++) bytes[8 + text.length + i] = i;
  return bytes;
}

const info = (dtype: string, shape: unknown, begin: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

/** The error that reading throws, as `code: message`; anything untyped is rethrown. */
function complaint(bytes: Uint8Array): string {
  try {
    readSafetensors(bytes, "w");
  } catch (error) {
    if (error instanceof ActigradError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "none";
}

describe("reading", () => {
  test("a file written by hand", () => {
    const header = {
      b: info("U8", [3], 8, 11),
      __metadata__: { format: "pt" },
      "0.weight": info("F32", [1, 2], 0, 8),
    };
    const bytes = file(`${JSON.stringify(header)}   `, 11);
    const { tensors, metadata } = readSafetensors(bytes);
    expect([...tensors.keys()]).toEqual(["b", "0.weight"]);
    expect(tensors.get("b")).toEqual({ dtype: "U8", shape: [3], data: Uint8Array.of(8, 9, 10) });
    expect(tensors.get("0.weight")).toEqual({
      dtype: "F32",
      shape: [1, 2],
      data: new Float32Array(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7).buffer),
    });
    expect([...metadata]).toEqual([["format", "pt"]]);
  });

  test("scalars, empty tensors and an empty file", () => {
    expect(readSafetensors(file({})).tensors.size).toBe(0);
    const header = {
      empty: info("F64", [0, 5], 0, 0),
      one: info("F32", [], 0, 4),
      tail: info("I8", [0], 4, 4),
    };
    const { tensors } = readSafetensors(file(header, 4));
    expect(tensors.get("one")!.shape).toEqual([]);
    expect(tensors.get("empty")!.data.length).toBe(0);
  });

  test("a tensor at any byte: the format asks for no alignment", () => {
    const header = { a: info("BF16", [1], 0, 2), b: info("F32", [2], 2, 10) };
    const bytes = file(header, 10);
    bytes.set(new Uint8Array(Uint16Array.of(0x3f80).buffer), bytes.length - 10);
    bytes.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), bytes.length - 8);
    const { tensors } = readSafetensors(bytes);
    expect([...tensorFloat32(tensors.get("a")!)]).toEqual([1]);
    expect([...tensorFloat32(tensors.get("b")!)]).toEqual([1.5, -2]);
  });

  test.each([
    ["too short for a length", new Uint8Array(7), "expected 8 bytes of header length, got a file of 7 bytes"],
    ["a header longer than the file", file({}, 0, 3), "expected a header of 3 bytes, got a file of 10 bytes"],
    ["a header above the limit", file({}, 0, 100_000_001), "at most 100000000 bytes, got 100000001"],
    ["a header of 2^64 - 1 bytes", file({}, 0, 2n ** 64n - 1n), "got 18446744073709551615"],
    ["an empty header", file(""), 'expected JSON that begins with "{"'],
    ["a header that begins with white space", file(" {}"), 'expected JSON that begins with "{"'],
    ["a header that is an array", file("[]"), 'expected JSON that begins with "{"'],
    ["not UTF-8", file(Uint8Array.of(0x7b, 0xff, 0x7d)), "expected UTF-8"],
    ["cut-off JSON", file('{"a'), "expected a closing quote for the string at character 1"],
    ["something after the JSON", file("{}x"), 'expected the end, got "x" at character 2'],
    ["a trailing comma", file('{"__metadata__":{},}'), 'expected a name in quotes, got "}"'],
    ["a name that comes twice", file('{"a":1,"a":2}'), 'the name "a" appears twice'],
    ["a name twice by an escape", file('{"a":1,"\\u0061":2}'), 'the name "a" appears twice'],
    ["a key of a tensor twice", file('{"a":{"dtype":"U8","dtype":"U8"}}'), 'the name "dtype" appears twice'],
    ["half a surrogate pair", file('{"\\ud800":1}'), "half of a surrogate pair"],
    ["a control character", file('{"\n":1}'), "a control character or an unknown escape"],
    ["deep nesting", file(`{"a":${"[".repeat(100000)}`), "more than 64 levels of nesting"],
    ["an unknown dtype", file({ a: info("F8_E4M3", [1], 0, 1) }, 1), 'got "F8_E4M3"'],
    ["a dtype of Object.prototype", file({ a: info("constructor", [1], 0, 1) }, 1), 'got "constructor"'],
    ["no dtype", file({ a: { shape: [1], data_offsets: [0, 1] } }, 1), "got nothing"],
    ["no object", file({ a: 1 }), 'tensor "a": expected an object'],
    [
      "no shape",
      file({ a: { dtype: "U8", data_offsets: [0, 1] } }, 1),
      "expected a shape of whole numbers, got nothing",
    ],
    [
      "a negative size",
      file({ a: info("U8", [-1], 0, 1) }, 1),
      "expected a shape of whole numbers, got [-1]",
    ],
    ["half a size", file({ a: info("U8", [0.5], 0, 1) }, 1), "expected a shape of whole numbers, got [0.5]"],
    ["a size that is text", file({ a: info("U8", ["1"], 0, 1) }, 1), "expected a shape of whole numbers"],
    ["sizes that overflow", file({ a: info("F32", [2 ** 30, 2 ** 30], 0, 4) }, 4), "overflow"],
    ["sizes that overflow to 0 in 64 bits", file({ a: info("F32", [2 ** 31, 2 ** 31], 0, 0) }), "overflow"],
    [
      "a size of 1e999",
      file('{"a":{"dtype":"U8","shape":[1e999],"data_offsets":[0,1]}}', 1),
      "whole numbers",
    ],
    [
      "one offset",
      file({ a: { dtype: "U8", shape: [1], data_offsets: [0] } }, 1),
      "data_offsets of two whole numbers",
    ],
    [
      "offsets the wrong way",
      file({ a: info("U8", [1], 1, 0) }, 1),
      "expected data_offsets in order, got [1, 0]",
    ],
    [
      "a shape that does not fit",
      file({ a: info("F32", [3], 0, 8) }, 8),
      "expected 12 bytes for F32[3], got 8",
    ],
    ["data beyond the file", file({ a: info("U8", [9], 0, 9) }, 8), "up to byte 9, got 8 bytes of data"],
    ["overlapping", file({ a: info("U8", [4], 0, 4), b: info("U8", [4], 3, 7) }, 7), "inside another tensor"],
    [
      "one inside another",
      file({ a: info("U8", [8], 0, 8), b: info("U8", [2], 2, 4) }, 8),
      "inside another tensor",
    ],
    ["a hole", file({ a: info("U8", [1], 0, 1), b: info("U8", [1], 2, 3) }, 3), "leaving a hole from byte 1"],
    ["a hole at the start", file({ a: info("U8", [1], 1, 2) }, 2), "leaving a hole from byte 0"],
    ["data of no tensor", file({ a: info("U8", [1], 0, 1) }, 3), "2 belong to no tensor"],
    ["metadata that is no object", file({ __metadata__: "x" }), '__metadata__: expected an object, got "x"'],
    ["metadata with a number", file({ __metadata__: { a: 1 } }), '"a": expected a string, got 1'],
  ])("%s is a typed error", (_, bytes, message) => {
    const said = complaint(bytes);
    expect(said).toMatch(/^format: w: /);
    expect(said).toContain(message);
  });

  test("hostile names are names", () => {
    const names = ["__proto__", "constructor", "toString", "", "1", "\u0000", "é", "😀", 'a"b\\c', "a\nb"];
    const tensors = names.map((name, i) => [name, numbers(i)] as const);
    const { tensors: back } = readSafetensors(writeSafetensors(tensors, [["__proto__", "x"]]));
    expect([...back.keys()].toSorted()).toEqual(names.toSorted());
    expect(tensorFloat32(back.get("__proto__")!)[0]).toBe(0);
    expect(Object.hasOwn(Object.prototype, "dtype")).toBe(false);
  });

  test("long strings, long white space and many tensors take linear time", () => {
    const long = `{"${"a".repeat(5_000_000)}": ${" ".repeat(5_000_000)} 1, "${"\\\\".repeat(1_000_000)}`;
    expect(complaint(file(long))).toContain("expected a closing quote");
    const many = Array.from(
      { length: 50_000 },
      (_, i) => [`${i}`, { shape: [], data: Float32Array.of(i) }] as const,
    );
    expect(readSafetensors(writeSafetensors(many)).tensors.size).toBe(50_000);
  });
});

describe("writing", () => {
  const one = numbers(1);

  test("aligned, padded with spaces, widest elements first, whatever the order given", () => {
    const byte: Tensor = { shape: [1], data: Uint8Array.of(7) };
    const bytes = writeSafetensors(
      [
        ["b", byte],
        ["z", one],
        ["a", one],
      ],
      [["k", "v"]],
    );
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes));
    expect(headerBytes % 8).toBe(0);
    expect(header.trimEnd()).toBe(
      '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
        '"z":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}',
    );
    expect(header).toMatch(/} *$/);
    expect(bytes.length).toBe(8 + headerBytes + 9);
    expect(
      writeSafetensors(
        [
          ["z", one],
          ["a", one],
          ["b", byte],
        ],
        [["k", "v"]],
      ),
    ).toEqual(bytes);
  });

  test.each([
    [
      "a name twice",
      [
        ["a", one],
        ["a", one],
      ],
      [],
      "appears twice",
    ],
    ["the metadata's name", [["__metadata__", one]], [], '"__metadata__" appears twice'],
    [
      "metadata twice",
      [],
      [
        ["a", ""],
        ["a", ""],
      ],
      "appears twice",
    ],
    ["half a surrogate pair", [["\ud800", one]], [], "surrogate"],
    ["half a surrogate pair in metadata", [], [["a", "\udc00"]], "surrogate"],
    [
      "a shape that does not fit",
      [["a", { ...one, shape: [2] }]],
      [],
      "expected 2 numbers for F32[2], got 1",
    ],
    ["a negative size", [["a", { ...one, shape: [-1, -1] }]], [], "whole numbers"],
    ["another array", [["a", { ...one, dtype: "F16" }]], [], "expected an array for F16, got Float32Array"],
  ] as [string, [string, Tensor][], [string, string][], string][])(
    "%s is a typed error",
    (_, tensors, metadata, message) => {
      const write = () => writeSafetensors(tensors, metadata);
      expect(write).toThrow(ActigradError);
      expect(write).toThrow(message);
    },
  );
});

describe("values", () => {
  test("each type", () => {
    const bytes = Uint8Array.of(0, 0x3c, 0, 0xc0, 1, 0, 0xff, 0x7b);
    const values = (dtype: StoredDtype) => [...tensorOf(dtype, [], bytes).data].map(Number);
    expect([...tensorFloat32(tensorOf("F16", [], bytes))]).toEqual([1, -2, 2 ** -24, 65504]);
    expect([...tensorFloat32(tensorOf("BF16", [], bytes))].slice(0, 2)).toEqual([0.0078125, -2]);
    expect(values("F16")).toEqual(values("U16"));
    expect(values("U16")).toEqual([0x3c00, 0xc000, 1, 0x7bff]);
    expect(values("I16")).toEqual([0x3c00, 0xc000 - 65536, 1, 0x7bff]);
    expect(values("U32")).toEqual([0xc0003c00, 0x7bff0001]);
    expect(values("I32")).toEqual([0xc0003c00 - 2 ** 32, 0x7bff0001]);
    expect(tensorOf("U64", [], bytes).data[0]).toBe(0x7bff0001c0003c00n);
    expect(tensorOf("I64", [], bytes).data[0]).toBe(0x7bff0001c0003c00n);
    expect(values("U8")).toEqual([...bytes]);
    expect(values("I8")[7]).toBe(0x7b);
    expect(values("F64")).toEqual([...new Float64Array(bytes.slice().buffer)]);
    expect(values("F32")).toEqual([...new Float32Array(bytes.slice().buffer)]);
  });

  test("16-bit floats: infinities, NaN, subnormals, both zeros", () => {
    const half = (dtype: "F16" | "BF16", bits: number) =>
      tensorFloat32({ dtype, shape: [], data: Uint16Array.of(bits) })[0];
    expect(
      [0x7c00, 0xfc00, 0x7e00, 0x0001, 0x03ff, 0x0400, 0x8000, 0x3555].map((bits) => half("F16", bits)),
    ).toEqual([Infinity, -Infinity, Number.NaN, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, -0, 1365 * 2 ** -12]);
    expect([0x7f80, 0xff80, 0x7fc0, 0x0001, 0x8000, 0x4049].map((bits) => half("BF16", bits))).toEqual([
      Infinity,
      -Infinity,
      Number.NaN,
      2 ** -133,
      -0,
      3.140625,
    ]);
  });

  test("float64 and whole numbers are rounded to float32 on request, from any alignment", () => {
    const bytes = new Uint8Array(9);
    bytes.set(new Uint8Array(Float64Array.of(0.1).buffer), 1);
    expect(tensorFloat32(tensorOf("F64", [], bytes.subarray(1)))[0]).toBe(Math.fround(0.1));
    expect(tensorFloat32({ shape: [], data: BigInt64Array.of(-5n) })[0]).toBe(-5);
  });
});

describe("any file", () => {
  const tensor = fc
    .tuple(fc.constantFrom(...dtypes), fc.array(fc.nat({ max: 4 }), { maxLength: 4 }))
    .chain(([dtype, shape]) => {
      const length = shape.reduce((product, n) => product * n, itemBytes(dtype));
      return fc
        .uint8Array({ minLength: length, maxLength: length })
        .map((bytes) => tensorOf(dtype, shape, bytes));
    });
  const name = fc.string({ unit: "grapheme", maxLength: 12 });
  const tensors = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 });
  const metadata = fc.uniqueArray(fc.tuple(name, name), { selector: ([key]) => key, maxLength: 3 });

  test("what is written is read back", () => {
    fc.assert(
      fc.property(tensors, metadata, (given, strings) => {
        const back = readSafetensors(writeSafetensors(given, strings));
        expect(new Map(back.metadata)).toEqual(new Map(strings));
        expect(back.tensors.size).toBe(given.length);
        for (const [key, value] of given) expect(back.tensors.get(key)).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test("100,000 damaged files are read or refused, never anything else", () => {
    const originals = fc
      .sample(fc.tuple(tensors, metadata), { numRuns: 200, seed: 1 })
      .map(([t, m]) => writeSafetensors(t, m));
    const interesting = [
      0, 1, 0x20, 0x22, 0x2c, 0x2d, 0x30, 0x39, 0x5b, 0x5c, 0x5d, 0x65, 0x7b, 0x7d, 0x7f, 0x80, 0xff,
    ];
    let state = 12345;
    const below = (n: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // which damage does not matter, as long as it repeats
      return Math.floor((state / 2 ** 32) * n);
    };
    let read = 0;
    let refused = 0;
    for (let run = 0; run < 100_000; run++) {
      let bytes = originals[below(originals.length)]!.slice();
      for (let change = below(4); change >= 0; change--) {
        const at = below(bytes.length);
        const to = below(bytes.length);
        const kind = below(6);
        if (kind === 0) bytes = bytes.slice(0, at);
        else if (kind === 1) bytes[at]! ^= 1 << below(8);
        else if (kind === 2) bytes[at] = interesting[below(interesting.length)]!;
        else if (kind === 3) bytes.copyWithin(at, to, to + below(20));
        else if (kind === 4) bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(to)]);
        else bytes[below(16) % Math.max(1, bytes.length)] = below(256);
      }
      try {
        for (const tensor of readSafetensors(bytes).tensors.values()) {
          const length = tensor.shape.reduce((product, n) => product * n, 1);
          if (dtypeOf(tensor) !== tensor.dtype || tensor.data.length !== length)
            throw new Error("a tensor without its numbers");
        }
        read++;
      } catch (error) {
        if (!(error instanceof ActigradError) || error.code !== "format") throw error;
        refused++;
      }
    }
    expect(read + refused).toBe(100_000);
    expect(Math.min(read, refused)).toBeGreaterThan(1000); // the damage affects some files, but not all
  }, 30_000);
});
