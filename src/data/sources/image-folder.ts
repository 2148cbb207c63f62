/** Shared by the kinds of image folders. */
import { ActigradError } from "../../core/errors.ts";
import type { ClassDataset } from "../dataset.ts";
import type { Split } from "../split.ts";

/** The parts of EMNIST. */
export const emnistParts = ["balanced", "byclass", "bymerge", "digits", "letters", "mnist"] as const;

/** Contents of an image folder. */
export interface ImageFolder extends Split<ClassDataset> {
  readonly format: string;
  readonly notes: readonly string[];
}

/** Reads the first of some files that exists in a folder. */
export type ReadFirst = (
  names: readonly string[],
) => Promise<{ readonly path: string; readonly bytes: Uint8Array } | undefined>;

/** The error for a file that a folder lacks. */
export function absent(folder: string, file: string, cause?: unknown): ActigradError {
  const reason = cause instanceof Error ? ` (${cause.message})` : "";
  const hint =
    "a folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, " +
    "EMNIST's or QMNIST's files, or CIFAR's (data_batch_1.bin, test_batch.bin; train.bin, test.bin)";
  const message = `dataset folder "${folder}": expected ${file} or .gz, found none${reason}`;
  return new ActigradError("data", message, { hint, cause, folder });
}
