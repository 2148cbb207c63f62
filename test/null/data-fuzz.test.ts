/** Damaged files and options: read, or refused with a typed error, and always quickly. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import { arrayDataset } from "../../src/data/formats/arrays.ts";
import { cifarDataset } from "../../src/data/formats/cifar.ts";
import { idxDataset, parseIdx } from "../../src/data/formats/idx.ts";
import { parseNpy } from "../../src/data/formats/npy.ts";
import { readSafetensors, writeSafetensors } from "../../src/data/formats/safetensors.ts";
import { tableDataset } from "../../src/data/formats/table.ts";
import { tensorFloat32 } from "../../src/data/formats/tensor.ts";
import { loadDataset } from "../../src/data/load.ts";

const RUNS = 20_000;
const LONGEST_MS = 2000;

/** Numbers below n, the same every time. */
function counter(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** The bytes with one to four changes: a cut, a flipped bit, a byte that formats care about, a copy, a gap. */
function damaged(bytes: Uint8Array, below: (n: number) => number): Uint8Array {
  const telling = [0, 1, 10, 13, 32, 34, 40, 44, 45, 46, 48, 57, 59, 76, 91, 101, 123, 125, 128, 255];
  let out = bytes.slice();
  for (let change = below(4); change >= 0; change--) {
    const [at, to, kind] = [below(out.length), below(out.length), below(12)];
    if (kind === 0) out = out.slice(0, at);
    else if (kind < 5) out[at] = telling[below(telling.length)]!;
    else if (kind < 8) out[at]! ^= 1 << below(8);
    else if (kind === 8) out.copyWithin(at, to, to + below(20));
    else if (kind === 9) out = new Uint8Array(Buffer.concat([out.subarray(0, at), out.subarray(to)]));
    else out[below(Math.min(out.length, 120))] = telling[below(telling.length)]!;
    if (out.length === 0) return out;
  }
  return out;
}

/** Milliseconds of CPU, independent of other load. */
const spentMs = (): number => process.cpuUsage().user / 1000;

/** Whether `read` succeeds; its error must be typed. */
function isRead(read: () => unknown, mostMs = LONGEST_MS): boolean {
  const begin = spentMs();
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof ActigradError) || !["format", "data", "option"].includes(error.code)) throw error;
    return false;
  } finally {
    if (spentMs() - begin > mostMs) expect.fail(`${spentMs() - begin} ms`);
  }
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/cases/${name}`));
const labels = parseNpy(file("py2_y.npy"), "y");
const images = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2, ...Array(16).keys()]);
const classes = parseIdx(Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 2, 1]), "labels");
const record = Uint8Array.from({ length: 2 * 3073 }, (_, i) => (i % 3073 === 0 ? 3 : i & 255));
const tensors = writeSafetensors(
  [
    ["0.weight", { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ["0.bias", { shape: [2], data: Float32Array.of(5, 6) }],
  ],
  [["format", "pt"]],
);

describe(`${RUNS} damaged files of each kind`, () => {
  const kinds: readonly (readonly [
    kind: string,
    originals: readonly Uint8Array[],
    read: (bytes: Uint8Array) => unknown,
  ])[] = [
    [
      "CSV",
      [
        ...["european.csv", "trailing.csv", "small.csv", "line.csv", "huge.csv"].map(file),
        ...["spacequote.csv", "indexed.csv", "intnames.csv"].map((name) => file(name).subarray(0, 300)),
        text(',a,kind\r\n1,"x ""y""",2\r\n2,3,?\r\n'),
      ],
      (bytes) => tableDataset(bytes, "t.csv"),
    ],
    ["NPY", [file("py2_x.npy")], (bytes) => arrayDataset(parseNpy(bytes, "x"), labels, "x")],
    ["IDX", [images], (bytes) => idxDataset(parseIdx(bytes, "x"), classes, "x")],
    [
      "CIFAR",
      [record],
      (bytes) => cifarDataset([{ name: "x", bytes }], "x", { bytes: 1, at: 0, classes: 10 }),
    ],
    [
      "safetensors",
      [tensors],
      (bytes) => [...readSafetensors(bytes).tensors.values()].map((tensor) => tensorFloat32(tensor)),
    ],
  ];

  test.each(kinds)(
    "%s",
    (kind, originals, read) => {
      const below = counter(kind.length);
      let good = 0;
      for (let run = 0; run < RUNS; run++)
        if (isRead(() => read(damaged(originals[below(originals.length)]!, below)))) good++;
      // The damage affects some files, but not all.
      expect(good).toBeGreaterThan(RUNS / 200);
      expect(RUNS - good).toBeGreaterThan(RUNS / 200);
    },
    120_000,
  );
});

test("3,000 options of datasets, made of pieces", async () => {
  const below = counter(5);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const names =
    "label task header delimiter decimal columns drop na targets validation scale layout train split n seed".split(
      " ",
    );
  const values =
    "-1 1 0 9 1..2 2..1 1..999999999 x x/y y/ / , yes no comma point tab values classes standardise none nhwc 0.5 1e9 NaN empty ? : =".split(
      " ",
    );
  const targets = ["line.csv", "indexed.csv", "py2_x.npy,py2_y.npy", "py2_x.npy", "spirals", "nowhere", ""];
  const host = { read: async (path: string) => file(path) };
  let good = 0;
  for (let run = 0; run < 3000; run++) {
    const list = Array.from(
      { length: below(3) + 1 },
      () => `${pick(names)}${pick(["=", "=", "=", ""])}${pick(values)}`,
    );
    const begin = spentMs();
    try {
      await loadDataset(`${pick(targets)}:${list.join(",")}`, host);
      good++;
    } catch (error) {
      if (!(error instanceof ActigradError)) throw error;
    }
    if (spentMs() - begin > LONGEST_MS) expect.fail(`${spentMs() - begin} ms`);
  }
  expect(good).toBeGreaterThan(10);
});

describe("large and hostile files take little time", () => {
  test.each([
    ["a quoted cell of 20 MB", () => `a,b\n1,"${"x\n".repeat(10_000_000)}"\n2,y\n`, true],
    ["a quoted cell of 5 million doubled quotes", () => `a,b\n1,"${'""'.repeat(5_000_000)}"\n2,y\n`, true],
    ["a quote that is never closed", () => `a,b\n1,"${"x".repeat(20_000_000)}`, false],
    ["a number of 10 million digits", () => `a,b\n${"1".repeat(10_000_000)},x\n2,y\n`, false],
    ["digits that are no number after all", () => `a,b\n${"1".repeat(1_000_000)}z,x\n2,y\n`, false],
    ["a million delimiters", () => ",".repeat(1_000_000), false],
  ])("%s", (_, make, good) => {
    const bytes = text(make());
    expect(isRead(() => tableDataset(bytes, "t.csv"))).toBe(good);
  });

  test("300,000 tensors in a header of safetensors", () => {
    const bytes = writeSafetensors(
      Array.from(
        { length: 300_000 },
        (_, i) => [`layer.${i}.weight`, { shape: [], data: Float32Array.of(i) }] as const,
      ),
    );
    // The collector's threads count too; on a busy machine it took 1.3 to 1.7 s.
    expect(isRead(() => readSafetensors(bytes), 1.5 * LONGEST_MS)).toBe(true);
  });

  test("an NPY header of brackets, and one of a very long number", () => {
    const header = (inner: string): Uint8Array =>
      Uint8Array.from([
        0x93,
        ...Buffer.from("NUMPY"),
        2,
        0,
        ...new Uint8Array(Uint32Array.of(inner.length).buffer),
        ...Buffer.from(inner),
      ]);
    expect(isRead(() => parseNpy(header(`{'shape': ${"(".repeat(1_000_000)}`), "x"))).toBe(false);
    expect(isRead(() => parseNpy(header(`{'shape': ${"9".repeat(1_000_000)}}`), "x"))).toBe(false);
    expect(isRead(() => parseNpy(header(`{'shape': ${"np.int64(".repeat(100_000)}1`), "x"))).toBe(false);
  });
});
