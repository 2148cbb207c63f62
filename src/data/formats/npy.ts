/**
 * NPY, the file of one NumPy array: a magic string, a version, and a header that is a Python dict literal with the
 * keys descr, fortran_order and shape; then the values (numpy.lib.format, versions 1 to 3).
 */
import { ActigradError } from "../../core/errors.ts";
import { float16 } from "../../core/half.ts";
import { parsePythonDict, type PythonValue } from "./python.ts";
import { describeBytes } from "./signature.ts";

export interface NpyArray {
  /** NumPy's kind and size in bytes: "f4", "i8", "u1", "b1". */
  readonly dtype: string;
  readonly shape: readonly number[];
  /**
   * Row-major whatever the file's order, native-endian, in the smallest typed array that holds every value. "f2" gives a
   * Float32Array, "b1" a Uint8Array of 0 and 1.
   */
  readonly data: NpyData;
}

export type NpyData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

interface NpyType {
  readonly bytes: number;
  readonly make: (length: number) => NpyData;
  readonly read: (view: DataView, at: number, little: boolean) => number | bigint;
}

const types: ReadonlyMap<string, NpyType> = new Map<string, NpyType>([
  ["b1", { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) }],
  ["u1", { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) }],
  ["i1", { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) }],
  [
    "u2",
    { bytes: 2, make: (n) => new Uint16Array(n), read: (view, at, little) => view.getUint16(at, little) },
  ],
  ["i2", { bytes: 2, make: (n) => new Int16Array(n), read: (view, at, little) => view.getInt16(at, little) }],
  [
    "u4",
    { bytes: 4, make: (n) => new Uint32Array(n), read: (view, at, little) => view.getUint32(at, little) },
  ],
  ["i4", { bytes: 4, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) }],
  [
    "u8",
    {
      bytes: 8,
      make: (n) => new BigUint64Array(n),
      read: (view, at, little) => view.getBigUint64(at, little),
    },
  ],
  [
    "i8",
    { bytes: 8, make: (n) => new BigInt64Array(n), read: (view, at, little) => view.getBigInt64(at, little) },
  ],
  [
    "f2",
    { bytes: 2, make: (n) => new Float32Array(n), read: (view, at, l) => float16(view.getUint16(at, l)) },
  ],
  [
    "f4",
    { bytes: 4, make: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) },
  ],
  [
    "f8",
    { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) },
  ],
]);

/**
 * Reads an NPY file.
 * @throws ActigradError "format" for another format, for types that are not plain numbers (structures, strings, complex,
 * objects), and for a length that differs from what the header says
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  if (magic !== "\x93NUMPY") {
    throw fault(name, `expected an NPY file (93 4e 55 4d 50 59), got ${describeBytes(bytes, 6)}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version === undefined || version < 1 || version > 3) {
    throw fault(name, `expected NPY version 1, 2 or 3, got ${version ?? "a truncated file"}`);
  }
  const start = version === 1 ? 10 : 12;
  const headerBytes =
    bytes.length < start ? 0 : version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const offset = start + headerBytes;
  if (bytes.length < offset) {
    throw fault(name, `expected a header of ${offset} bytes, truncated by ${offset - bytes.length} bytes`);
  }
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, offset));
  const { type, dtype, little, fortran, shape } = readHeader(text, name);

  const count = shape.reduce((product, size) => product * size, 1);
  const expected = offset + count * type.bytes;
  if (!Number.isSafeInteger(expected)) {
    throw fault(name, `expected sizes that a file can hold, got [${clip(shape.join(", "))}]`);
  }
  if (bytes.length !== expected) {
    const difference = Math.abs(expected - bytes.length);
    const what =
      bytes.length < expected ? `truncated by ${difference} bytes` : `${difference} bytes too many`;
    const size = `${dtype}[${shape.join(", ")}]`;
    throw fault(name, `expected ${expected} bytes for ${size}, got ${bytes.length}: ${what}`);
  }
  const data = type.make(count);
  const source = fortran ? fortranOrder(shape) : (i: number) => i;
  for (let i = 0; i < count; i++) data[i] = type.read(view, offset + source(i) * type.bytes, little);
  return { dtype, shape, data };
}

function readHeader(text: string, name: string) {
  const header = parsePythonDict(text, (message) => fault(name, `header: ${message}`));
  const keys = [...header.keys()].toSorted().join(", ");
  if (keys !== "descr, fortran_order, shape") {
    throw fault(name, `header: expected the keys descr, fortran_order, shape, got ${clip(keys)}`);
  }
  const descr = header.get("descr");
  const [, order, dtype] = (typeof descr === "string" ? /^([<>|=]?)(\w\d+)$/.exec(descr) : null) ?? [];
  const type = dtype === undefined ? undefined : types.get(dtype);
  if (type === undefined || dtype === undefined) {
    const got = typeof descr === "string" ? `"${clip(descr)}"` : "a structure";
    throw fault(
      name,
      `expected numbers (${[...types.keys()].join(", ")}), got ${got}`,
      "convert them with .astype",
    );
  }
  if ((order === "|" || order === "") && type.bytes > 1) {
    throw fault(name, `header: expected a byte order, < or >, before ${dtype}, got "${descr as string}"`);
  }
  const fortran = header.get("fortran_order");
  if (typeof fortran !== "boolean") throw fault(name, "header: expected True or False for fortran_order");
  const shape = header.get("shape");
  if (!isShape(shape)) throw fault(name, "header: expected a tuple of whole numbers for shape");
  return { type, dtype, little: order !== ">", fortran, shape };
}

function isShape(value: PythonValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

/** Position of the row-major element i in the column-major file. */
function fortranOrder(shape: readonly number[]): (i: number) => number {
  let step = 1;
  const steps = shape.map((size) => {
    const own = step;
    step *= size;
    return own;
  });
  return (i) => {
    let rest = i;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis]!;
      at += (rest % size) * steps[axis]!;
      rest = Math.floor(rest / size);
    }
    return at;
  };
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function fault(name: string, message: string, hint?: string): ActigradError {
  return new ActigradError("format", `${name}: ${message}`, {
    name,
    ...(hint === undefined ? {} : { hint }),
  });
}
