/** Folders of images with their published names. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import { describeData } from "../../src/data/describe.ts";
import type { DatasetHost } from "../../src/data/host.ts";
import { loadDataset } from "../../src/data/load.ts";
import { readBytes } from "../../src/host/files.ts";
import { mnistFolder } from "../../src/host/grants.ts";
import { writeWeights } from "../../src/train/weights.ts";

const host = (files: Readonly<Record<string, Uint8Array>>): DatasetHost => ({
  read: async (path) => {
    const file = files[path];
    if (file === undefined) throw new Error(`no such file: ${path}`);
    return file;
  },
});
const idx = (type: number, shape: readonly number[], data: readonly number[]) =>
  Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]), ...data]);
const message = async (spec: string, from: DatasetHost): Promise<string> => {
  const thrown: unknown = await loadDataset(spec, from).catch((cause: unknown) => cause);
  expect(thrown).toBeInstanceOf(ActigradError);
  return (thrown as ActigradError).message;
};

const emnist = (part: string, labels: readonly number[]) => ({
  [`e/emnist-${part}-train-images-idx3-ubyte.gz`]: gzipSync(
    idx(8, [2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  ),
  [`e/emnist-${part}-train-labels-idx1-ubyte.gz`]: gzipSync(idx(8, [2], labels)),
  [`e/emnist-${part}-test-images-idx3-ubyte`]: idx(8, [1, 2, 3], [1, 2, 3, 4, 5, 6]),
  [`e/emnist-${part}-test-labels-idx1-ubyte`]: idx(8, [1], [labels[0]!]),
});

describe("EMNIST", () => {
  const both = host({ ...emnist("letters", [1, 2]), ...emnist("digits", [0, 9]) });

  test("the part that is asked for, its images upright", async () => {
    const { train, test: held, description } = await loadDataset("e:split=letters", both);
    expect(train).toMatchObject({ rows: 2, shape: [3, 2], classes: 3 });
    expect([...train.x]).toEqual([1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12]);
    expect([...held.x]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(describeData(description).join("\n")).toContain("rows and columns are swapped");
  });

  test("the first that is there, which is said", async () => {
    const { train, description } = await loadDataset("e", both);
    expect(train).toMatchObject({ classes: 10 });
    expect(description.format).toBe("EMNIST digits");
    expect(description.notes[0]).toBe("the files of EMNIST digits are taken (split= chooses another part)");
    expect(await message("e:split=balanced", both)).toContain(
      "expected emnist-balanced-train-images-idx3-ubyte",
    );
    expect(await message("e:split=letter", both)).toContain('did you mean "letters"');
  });
});

test("QMNIST: the class is the first of eight columns of labels", async () => {
  const word = (n: number) => [0, 0, 0, n];
  const labels = (classes: readonly number[]) =>
    idx(
      0x0c,
      [classes.length, 8],
      classes.flatMap((c) => [c, 99, 98, 97, 96, 95, 94, 93].flatMap(word)),
    );
  const files = {
    "q/qmnist-train-images-idx3-ubyte": idx(8, [2, 1, 2], [1, 2, 3, 4]),
    "q/qmnist-train-labels-idx2-int.gz": gzipSync(labels([7, 3])),
    "q/qmnist-test-images-idx3-ubyte": idx(8, [1, 1, 2], [5, 6]),
    "q/qmnist-test-labels-idx2-int": labels([2]),
  };
  const { train, test: held, description } = await loadDataset("q", host(files));
  expect(train).toMatchObject({ classes: 8, labels: Uint32Array.of(7, 3), x: Uint8Array.of(1, 2, 3, 4) });
  expect(held).toMatchObject({ labels: Uint32Array.of(2) });
  expect(description.format).toBe("QMNIST");
});

describe("CIFAR", () => {
  /** A record whose red is 1, green 2, blue 3. */
  const record = (...labels: number[]) => [
    ...labels,
    ...[1, 2, 3].flatMap((value) => Array.from({ length: 1024 }, () => value)),
  ];
  const planes = ({ x }: { x: ArrayLike<number> }) => [x[0], x[1023], x[1024], x[2047], x[2048], x[3071]];
  const ten = {
    "c/data_batch_1.bin": Uint8Array.from([...record(3), ...record(9)]),
    "c/data_batch_2.bin": Uint8Array.from(record(0)),
    "c/data_batch_3.bin": Uint8Array.from(record(1)),
    "c/data_batch_4.bin": Uint8Array.from(record(2)),
    "c/data_batch_5.bin": Uint8Array.from(record(4)),
    "c/test_batch.bin": Uint8Array.from(record(8)),
  };

  test("10: batches in order, planes as channels, ten classes whatever is there", async () => {
    const names = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";
    const files = { ...ten, "c/batches.meta.txt": new TextEncoder().encode(names) };
    const { train, test: held, description } = await loadDataset("c/", host(files));
    expect(train).toMatchObject({ rows: 6, shape: [3, 32, 32], classes: 10 });
    expect(train).toMatchObject({ labels: Uint32Array.of(3, 9, 0, 1, 2, 4) });
    expect(planes(train)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(held).toMatchObject({ rows: 1, labels: Uint32Array.of(8) });
    expect(describeData(description).join("\n")).toContain("cat (1)");
    expect((await loadDataset("c:train=2", host(ten))).train.rows).toBe(2);
  });

  test("10: batches that are not there are said, damage and a missing test part refused", async () => {
    const { "c/data_batch_4.bin": _, ...four } = ten;
    expect((await loadDataset("c", host(four))).description.notes[0]).toContain("without data_batch_4.bin");
    const short = { ...ten, "c/data_batch_1.bin": ten["c/data_batch_1.bin"].subarray(0, 3100) };
    expect(await message("c", host(short))).toContain("data_batch_1.bin: expected records of 3073 bytes");
    const label = { ...ten, "c/test_batch.bin": Uint8Array.from(record(10)) };
    expect(await message("c", host(label))).toContain("record 0 (from 0): expected a label below 10, got 10");
    const { "c/test_batch.bin": __, ...untested } = ten;
    expect(await message("c", host(untested))).toContain("expected test_batch.bin");
  });

  test("100: the fine label, or the coarse", async () => {
    const files = host({
      "c/train.bin": Uint8Array.from([...record(19, 99), ...record(0, 5)]),
      "c/test.bin": Uint8Array.from(record(4, 11)),
    });
    expect((await loadDataset("c", files)).train).toMatchObject({
      classes: 100,
      labels: Uint32Array.of(99, 5),
    });
    const coarse = await loadDataset("c:labels=coarse", files);
    expect(coarse.train).toMatchObject({ classes: 20, labels: Uint32Array.of(19, 0) });
    expect(planes(coarse.test)).toEqual([1, 1, 2, 2, 3, 3]);
  });
});

test("weights: PyTorch's count of batches is passed over, another name is not", () => {
  const storage = { write: () => undefined } as unknown as Parameters<typeof writeWeights>[0];
  const given = (name: string) => new Map([[name, { shape: [], data: Float32Array.of(7) }]]);
  expect(() => writeWeights(storage, [], 1, given("1.num_batches_tracked"))).not.toThrow();
  expect(() => writeWeights(storage, [], 1, given("1.num_batches"))).toThrow(
    "1.num_batches is not part of this model",
  );
});

test("a description holds words and figures, and no rows: it goes to files and pages as JSON", async () => {
  const folder = mnistFolder()!;
  const { description } = await loadDataset("mnist", { read: readBytes, mnistFolder: folder });
  expect(description.rows).toEqual({ train: 60_000, test: 10_000 });
  expect(JSON.stringify(description).length).toBeLessThan(5_000);
});
