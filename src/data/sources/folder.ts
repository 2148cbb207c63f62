/** Folders of images with known file names: IDX as in MNIST and its relatives, and CIFAR's binary form. */
import type { ActigradError } from "../../core/errors.ts";
import { checkOption, type GivenOptions, readOptions } from "../../core/options.ts";
import { firstRows, type ClassDataset } from "../dataset.ts";
import { describe } from "../describe.ts";
import { gunzip } from "../formats/gzip.ts";
import type { DatasetHost } from "../host.ts";
import type { LoadOptions, LoadedData } from "../loaded.ts";
import { applyScaling, measureScaling } from "../prepare.ts";
import { type ReadFirst, absent, emnistParts } from "./image-folder.ts";

export const folderOptions = {
  train: { kind: "number", min: 1, whole: true, doc: "use only this many training rows, from the first on" },
  test: { kind: "number", min: 1, whole: true, doc: "use only this many test rows, from the first on" },
  split: {
    kind: "word",
    choices: emnistParts,
    doc: "which part of EMNIST (default: the first one found)",
  },
  labels: { kind: "word", choices: ["fine", "coarse"], doc: "for CIFAR-100: 100 classes (default) or 20" },
} as const;

/** Loads a folder. Throws `whenAbsent` if none of its files exists. */
export async function loadFolder(
  folder: string,
  name: string,
  given: GivenOptions,
  host: DatasetHost,
  { like }: LoadOptions,
  whenAbsent?: ActigradError,
): Promise<LoadedData> {
  const wanted = readOptions(name, folderOptions, given);
  let cause: unknown;
  const readFirst: ReadFirst = async (names) => {
    for (const file of names) {
      const path = `${folder.replace(/[/\\]+$/, "")}/${file}`;
      let bytes: Uint8Array;
      try {
        bytes = await host.read(path);
      } catch (error) {
        cause ??= error;
        continue;
      }
      return { path, bytes: await gunzip(bytes, path) };
    }
    return undefined;
  };
  const [{ readIdxFolder }, { readCifarFolder }] = await Promise.all([
    import("./idx.ts"),
    import("./cifar.ts"),
  ]);
  const found =
    (await readIdxFolder(readFirst, folder, name, wanted.split)) ??
    (await readCifarFolder(readFirst, folder, name, wanted.labels));
  if (found === undefined) {
    if (whenAbsent !== undefined) throw whenAbsent;
    throw absent(folder, "train-images-idx3-ubyte", cause);
  }
  const scaling = like?.scaling ?? measureScaling(found.train, { scale: "none", targets: "none" });
  const cut = (part: "train" | "test"): ClassDataset => {
    const { rows } = found[part];
    const upToAll = { ...folderOptions[part], max: rows };
    return firstRows(found[part], checkOption(`${name}: ${part}`, upToAll, wanted[part] ?? rows));
  };
  const parts = { train: cut("train"), test: cut("test") };
  // From all training images, so that a part of the set is normalised like the whole.
  return {
    train: applyScaling(parts.train, scaling),
    test: applyScaling(parts.test, scaling),
    scaling,
    description: describe(parts, { format: found.format, notes: found.notes, scaling }),
  };
}
