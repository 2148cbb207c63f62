/**
 * CIFAR-10 and CIFAR-100 in their binary form: records of one label byte (CIFAR-100: coarse, then fine) and 3072 bytes
 * of a 32 x 32 image, red, green and blue one after the other, each row by row (Krizhevsky, "Learning multiple layers of
 * features from tiny images", 2009).
 */
import { ActigradError } from "../../core/errors.ts";
import { type ClassDataset, checkDataset } from "../dataset.ts";
import { describeBytes } from "./signature.ts";

const PIXEL_BYTES = 3 * 32 * 32;

/** Which label byte of a record is the class, and how many classes there are. */
export interface CifarLabels {
  /** Label bytes per record. */
  readonly bytes: 1 | 2;
  readonly at: 0 | 1;
  readonly classes: number;
}

/**
 * Files of records, concatenated into one dataset of [3, 32, 32].
 * @throws ActigradError "format" for other lengths and labels
 */
export function cifarDataset(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  name: string,
  { bytes: labelBytes, at, classes }: CifarLabels,
): ClassDataset<Uint8Array> {
  const record = labelBytes + PIXEL_BYTES;
  for (const file of files) {
    if (file.bytes.length > 0 && file.bytes.length % record === 0) continue;
    const got = `${describeBytes(file.bytes)}, ${file.bytes.length % record} more than whole records`;
    const message = `${file.name}: expected records of ${record} bytes, got ${got}`;
    throw new ActigradError("format", message, { name: file.name });
  }
  const rows = files.reduce((sum, file) => sum + file.bytes.length / record, 0);
  const x = new Uint8Array(rows * PIXEL_BYTES);
  const labels = new Uint32Array(rows);
  let row = 0;
  for (const { bytes, name: file } of files) {
    for (let start = 0; start < bytes.length; start += record, row++) {
      const label = bytes[start + at]!;
      if (label >= classes) {
        const message = `${file}: record ${start / record} (from 0): expected a label below ${classes}, got ${label}`;
        throw new ActigradError("format", message, { name: file });
      }
      labels[row] = label;
      x.set(bytes.subarray(start + labelBytes, start + record), row * PIXEL_BYTES);
    }
  }
  return checkDataset({ name, kind: "classes", rows, shape: [3, 32, 32], x, labels, classes });
}
