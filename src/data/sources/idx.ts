/** MNIST, Fashion-MNIST and other sets with MNIST's file names; QMNIST; the parts of EMNIST. */
import { ActigradError } from "../../core/errors.ts";
import type { ClassDataset } from "../dataset.ts";
import { idxDataset, type IdxArray, parseIdx } from "../formats/idx.ts";
import { type ImageFolder, type ReadFirst, absent, emnistParts } from "./image-folder.ts";

/** Prefixes of the file names of a set's two parts, and what is special about its files. */
interface Names {
  readonly train: string;
  readonly test: string;
  readonly format: string;
  readonly labels?: string;
  /** Images are transposed: columns are stored as rows. */
  readonly turned?: true;
}

const emnist = (split: string): Names => ({
  train: `emnist-${split}-train`,
  test: `emnist-${split}-test`,
  format: `EMNIST ${split}`,
  turned: true,
});
const others: readonly Names[] = [
  { train: "train", test: "t10k", format: "IDX images" },
  { train: "qmnist-train", test: "qmnist-test", format: "QMNIST", labels: "idx2-int" },
];

/** The set whose training images exist, or undefined. @throws ActigradError "data" for parts that are missing or differ */
export async function readIdxFolder(
  readFirst: ReadFirst,
  folder: string,
  name: string,
  split: string | undefined,
): Promise<ImageFolder | undefined> {
  const candidates = split === undefined ? [...others, ...emnistParts.map(emnist)] : [emnist(split)];
  for (const names of candidates) {
    const images = await readIdx(readFirst, `${names.train}-images`, "idx3-ubyte");
    if (images !== undefined) return readParts(readFirst, folder, name, names, images, split === undefined);
  }
  if (split === undefined) return undefined;
  throw absent(folder, `emnist-${split}-train-images-idx3-ubyte`);
}

async function readParts(
  readFirst: ReadFirst,
  folder: string,
  name: string,
  { train: trainStem, test: testStem, format, labels: suffix = "idx1-ubyte", turned }: Names,
  trainImages: IdxArray,
  guessed: boolean,
): Promise<ImageFolder> {
  const need = async (stem: string, kind: string): Promise<IdxArray> => {
    const array = await readIdx(readFirst, stem, kind);
    if (array === undefined) throw absent(folder, `${stem}-${kind}`);
    return array;
  };
  const upright = (images: IdxArray): IdxArray => (turned ? transposed(images) : images);
  const trainLabels = await need(`${trainStem}-labels`, suffix);
  const testImages = await need(`${testStem}-images`, "idx3-ubyte");
  const testLabels = await need(`${testStem}-labels`, suffix);
  const train = idxDataset(upright(trainImages), classColumn(trainLabels), name);
  const test = idxDataset(upright(testImages), classColumn(testLabels), `${name} (test)`, train.classes);
  checkParts(train, test, name);
  const notes = [
    ...(turned && guessed ? [`the files of ${format} are taken (split= chooses another part)`] : []),
    ...(turned ? ["EMNIST's images are stored transposed: rows and columns are swapped"] : []),
  ];
  return { train, test: { ...test, name }, format, notes };
}

function checkParts(train: ClassDataset, test: ClassDataset, name: string): void {
  const fault = (message: string): ActigradError =>
    new ActigradError("data", `dataset "${name}": ${message}`, { name });
  if (test.classes > train.classes)
    throw fault(`expected test labels below ${train.classes}, got ${test.classes - 1}`);
  if (train.shape.join() !== test.shape.join())
    throw fault(`training images are [${train.shape.join(", ")}], test images [${test.shape.join(", ")}]`);
}

/** Reads a file under whichever of its usual names exists. */
async function readIdx(readFirst: ReadFirst, stem: string, kind: string): Promise<IdxArray | undefined> {
  const file = await readFirst([`${stem}-${kind}`, `${stem}-${kind}.gz`, `${stem}.${kind}`]);
  return file && parseIdx(file.bytes, file.path);
}

/** QMNIST's labels have eight columns; the first is the class. */
function classColumn(labels: IdxArray): IdxArray {
  const [rows, columns, ...more] = labels.shape;
  if (rows === undefined || columns !== 8 || more.length > 0) return labels;
  return {
    dtype: labels.dtype,
    shape: [rows],
    data: Float64Array.from({ length: rows }, (_, i) => labels.data[i * 8]!),
  };
}

/** Transposes images. */
function transposed(images: IdxArray): IdxArray {
  const [, height, width, ...more] = images.shape;
  if (height === undefined || width === undefined || more.length > 0) return images;
  const size = height * width;
  const data = images.data.slice();
  for (let i = 0; i < data.length; i++) {
    const at = i % size;
    data[i - at + (at % width) * height + Math.floor(at / width)] = images.data[i]!;
  }
  return { ...images, shape: [images.shape[0]!, width, height], data };
}
