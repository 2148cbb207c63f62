/** CIFAR-10 and CIFAR-100 under the names of their published binary files. */
import { cifarDataset, type CifarLabels } from "../formats/cifar.ts";
import { type ImageFolder, type ReadFirst, absent } from "./image-folder.ts";

type File = NonNullable<Awaited<ReturnType<ReadFirst>>>;

/** The set whose training records exist, or undefined. @throws ActigradError "data" for a missing test part, "format" */
export async function readCifarFolder(
  readFirst: ReadFirst,
  folder: string,
  name: string,
  labels: "fine" | "coarse" = "fine",
): Promise<ImageFolder | undefined> {
  const batches = Array.from({ length: 5 }, (_, i) => `data_batch_${i + 1}.bin`);
  const found = await Promise.all(batches.map((batch) => readFirst([batch])));
  const train = found.filter((file) => file !== undefined);
  if (train.length > 0) {
    const missing = batches.filter((_, i) => found[i] === undefined);
    const notes =
      missing.length === 0 ? [] : [`without ${missing.join(", ")}: only part of the training rows`];
    const read = { bytes: 1, at: 0, classes: 10 } as const;
    return readParts(
      readFirst,
      folder,
      name,
      train,
      ["test_batch.bin", "batches.meta.txt"],
      read,
      "CIFAR-10",
      notes,
    );
  }
  const hundred = await readFirst(["train.bin"]);
  if (hundred === undefined) return undefined;
  const read =
    labels === "fine"
      ? ({ bytes: 2, at: 1, classes: 100 } as const)
      : ({ bytes: 2, at: 0, classes: 20 } as const);
  const others = ["test.bin", `${labels}_label_names.txt`] as const;
  return readParts(readFirst, folder, name, [hundred], others, read, `CIFAR-100, ${labels} labels`, []);
}

async function readParts(
  readFirst: ReadFirst,
  folder: string,
  name: string,
  train: readonly File[],
  [testName, listName]: readonly [test: string, list: string],
  labels: CifarLabels,
  format: string,
  notes: readonly string[],
): Promise<ImageFolder> {
  const test = await readFirst([testName]);
  if (test === undefined) throw absent(folder, testName);
  const list = await readFirst([listName]);
  const lines = new TextDecoder()
    .decode(list?.bytes ?? new Uint8Array())
    .split(/\s+/)
    .filter(Boolean);
  const classNames = lines.length === labels.classes ? { classNames: lines } : {};
  const part = (files: readonly File[]) => ({
    ...cifarDataset(
      files.map(({ path, bytes }) => ({ name: path, bytes })),
      name,
      labels,
    ),
    ...classNames,
  });
  return { train: part(train), test: part([test]), format, notes };
}
