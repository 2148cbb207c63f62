/** The images for experiments: Fashion-MNIST if available, otherwise MNIST, which the result states. */
import { ActigradError } from "../core/errors.ts";
import { type ClassDataset, type DatasetHost, loadDataset } from "../index.ts";
import type { ImageSetName, Images } from "./place.ts";
import { smallMnist } from "./small-mnist.ts";

/** Where Debian's package dataset-fashion-mnist puts its files. */
export const debianFolder = "/usr/share/datasets/fashion-mnist";

/**
 * Returns a function that reads the images once, when first needed. A folder counts as Fashion-MNIST if its bytes have that
 * dataset's mean and standard deviation, 0.2860 and 0.3530.
 * @param folder folder of IDX files; if undefined, Debian's, then MNIST
 * @throws ActigradError "data" if there are none
 */
export function imagesFrom(host: DatasetHost, folder: string | undefined): () => Promise<Images> {
  let loaded: Promise<Images> | undefined;
  return () => (loaded ??= load(host, folder));
}

async function load(host: DatasetHost, folder: string | undefined): Promise<Images> {
  if (folder !== undefined) return read(host, folder);
  try {
    return await read(host, debianFolder);
  } catch (error) {
    if (!(error instanceof ActigradError) || error.code !== "data") throw error;
    return read(host, "mnist");
  }
}

async function read(host: DatasetHost, spec: string): Promise<Images> {
  const { train, test } = await loadDataset(spec, host);
  if (train.kind !== "classes" || test.kind !== "classes")
    throw new ActigradError("data", `${spec}: expected labelled images`);
  const name: ImageSetName =
    spec === smallMnist.folder ? "mnist-small" : isFashion(train) ? "fashion-mnist" : "mnist";
  return { train, test, name };
}

function isFashion({ normalise }: ClassDataset): boolean {
  if (normalise === undefined) return false;
  const std = 1 / (255 * normalise.scale);
  return Math.abs(std - 0.353) < 1e-3 && Math.abs(-normalise.shift * std - 0.286) < 1e-3;
}
