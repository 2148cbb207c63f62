/**
 * IDX, the format of MNIST: two zero bytes, a type byte, the number of dimensions, a big-endian u32 for each
 * dimension, then the values in row-major order, big-endian (LeCun, Cortes, Burges: "The MNIST database").
 */
import { ActigradError } from "../../core/errors.ts";
import { checkDataset, type ClassDataset } from "../dataset.ts";
import { describeBytes } from "./signature.ts";

interface IdxType {
  readonly dtype: string;
  readonly bytes: number;
  readonly read: (view: DataView, offset: number) => number;
}

const types: ReadonlyMap<number, IdxType> = new Map([
  [0x08, { dtype: "u8", bytes: 1, read: (view, at) => view.getUint8(at) }],
  [0x09, { dtype: "i8", bytes: 1, read: (view, at) => view.getInt8(at) }],
  [0x0b, { dtype: "i16", bytes: 2, read: (view, at) => view.getInt16(at) }],
  [0x0c, { dtype: "i32", bytes: 4, read: (view, at) => view.getInt32(at) }],
  [0x0d, { dtype: "f32", bytes: 4, read: (view, at) => view.getFloat32(at) }],
  [0x0e, { dtype: "f64", bytes: 8, read: (view, at) => view.getFloat64(at) }],
]);

export interface IdxArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Row-major. Bytes share memory with the file; i32 and f64 are kept exactly. */
  readonly data: Uint8Array | Float32Array | Float64Array;
}

/**
 * Reads one (unpacked) IDX file.
 * @throws ActigradError "format" for another format, or for a length that differs from what the header says, with the number of
 * bytes missing or left over
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = bytes.length >= 4 && view.getUint16(0) === 0 ? types.get(bytes[2]!) : undefined;
  if (type === undefined) {
    const got = describeBytes(bytes);
    throw fault(
      name,
      `expected an IDX file (00 00, a type of 08 to 0e, the number of dimensions), got ${got}`,
    );
  }
  const rank = bytes[3]!;
  const headerBytes = 4 + 4 * rank;
  if (rank === 0) throw fault(name, "expected at least one dimension, got none");
  if (bytes.length < headerBytes) {
    const missing = headerBytes - bytes.length;
    throw fault(
      name,
      `expected a header of ${headerBytes} bytes for ${rank} dimensions, truncated by ${missing} bytes`,
    );
  }
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = headerBytes + count * type.bytes;
  if (!Number.isSafeInteger(expected)) {
    throw fault(name, `expected sizes that a file can hold, got [${shape.join(", ")}]`);
  }
  if (bytes.length !== expected) {
    const difference = Math.abs(expected - bytes.length);
    const what =
      bytes.length < expected ? `truncated by ${difference} bytes` : `${difference} bytes too many`;
    const size = `${type.dtype}[${shape.join(", ")}]`;
    throw fault(name, `expected ${expected} bytes for ${size}, got ${bytes.length}: ${what}`);
  }
  if (type.dtype === "u8") return { dtype: "u8", shape, data: bytes.subarray(headerBytes) };
  const data = type.dtype === "f32" ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = type.read(view, headerBytes + i * type.bytes);
  return { dtype: type.dtype, shape, data };
}

/**
 * Images [rows, ...shape] and labels [rows] as a dataset. Byte images stay bytes. `classes` is at least the largest label + 1.
 * @throws ActigradError "data" if the two do not belong together
 */
export function idxDataset(images: IdxArray, labels: IdxArray, name: string, classes = 0): ClassDataset {
  const [rows, ...shape] = images.shape;
  if (rows === undefined || shape.length === 0) {
    throw misfit(name, `images: expected at least 2 dimensions, got [${images.shape.join(", ")}]`);
  }
  if (labels.shape.length !== 1) {
    throw misfit(
      name,
      `labels: expected 1 dimension, got [${labels.shape.join(", ")}]; is this the image file?`,
    );
  }
  if (labels.shape[0] !== rows) {
    throw misfit(name, `images and labels differ in number: ${rows} images, ${labels.shape[0]} labels`);
  }
  const wrong = labels.data.findIndex((label) => !Number.isInteger(label) || label < 0 || label > 65535);
  if (wrong >= 0) {
    throw misfit(
      name,
      `label ${wrong} (from 0): expected a class from 0 to 65535, got ${labels.data[wrong]}`,
    );
  }
  let found = 0;
  for (const label of labels.data) found = Math.max(found, label + 1);
  return checkDataset({
    name,
    kind: "classes",
    rows,
    shape,
    x: images.data instanceof Float64Array ? Float32Array.from(images.data) : images.data,
    labels: Uint32Array.from(labels.data),
    classes: Math.max(classes, found),
  });
}

function fault(name: string, message: string): ActigradError {
  return new ActigradError("format", `${name}: ${message}`, { name });
}

function misfit(name: string, message: string): ActigradError {
  return new ActigradError("data", `dataset "${name}": ${message}`, { name });
}
