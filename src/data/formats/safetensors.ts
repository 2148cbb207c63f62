/**
 * safetensors, a file format for named tensors: the header's length as a little-endian u64, the header as JSON (name -> dtype,
 * shape, data_offsets into the data; `__metadata__`: strings), then the data, little-endian and row-major, without gaps
 * (github.com/huggingface/safetensors). Files are untrusted: every number is checked before use, and any fault is an
 * ActigradError "format".
 */
import { ActigradError } from "../../core/errors.ts";
import { elements } from "../../core/shape.ts";
import { type JsonObject, type JsonValue, parseMembers } from "./json.ts";
import { type StoredDtype, type Tensor, dtypeOf, dtypes, isDtype, itemBytes, tensorOf } from "./tensor.ts";

/** Contents of a safetensors file. */
export interface TensorFile {
  /** In header order. A Map, because names may be anything. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The format's own limit. */
const mostHeaderBytes = 100_000_000;
const metadataName = "__metadata__";

type TensorFault = (message: string) => ActigradError;

/** The bytes of a tensor. */
interface Range {
  readonly key: string;
  readonly begin: number;
  readonly end: number;
}

/** Reads a safetensors file. `name` is for messages. @throws ActigradError "format" */
export function readSafetensors(bytes: Uint8Array, name = "safetensors file"): TensorFile {
  const fault = (message: string): ActigradError =>
    new ActigradError("format", `${name}: ${message}`, { name });
  if (bytes.length < 8) throw fault(`expected 8 bytes of header length, got a file of ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > BigInt(mostHeaderBytes)) {
    throw fault(
      `expected a header of at most ${mostHeaderBytes} bytes, got ${headerBytes}; is it a safetensors file?`,
    );
  }
  const dataStart = 8 + Number(headerBytes);
  if (dataStart > bytes.length) {
    throw fault(`expected a header of ${headerBytes} bytes, got a file of ${bytes.length} bytes`);
  }
  const data = bytes.subarray(dataStart);
  const ranges: Range[] = [];
  let metadata: JsonValue | undefined;
  let firstFault: unknown;
  // A header may name 300,000 tensors: each is checked while it is read, and nothing else is kept of it. Faults of the header
  // itself come first.
  const read = (key: string, info: JsonValue): Tensor | undefined => {
    if (key === metadataName) metadata = info;
    if (key === metadataName || firstFault !== undefined) return undefined;
    const wrong: TensorFault = (message) => fault(`tensor ${quote(key)}: ${message}`);
    try {
      const { dtype, shape, begin, end } = readInfo(info, wrong);
      if (end > data.length) throw wrong(`expected data up to byte ${end}, got ${data.length} bytes of data`);
      ranges.push({ key, begin, end });
      return tensorOf(dtype, shape, data.subarray(begin, end));
    } catch (error) {
      firstFault = error;
      return undefined;
    }
  };
  const header = readHeader(bytes.subarray(8, dataStart), fault, read);
  if (firstFault !== undefined) throw firstFault;
  header.delete(metadataName);
  // Of ranges that begin at the same byte, empty tensors come first.
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let reached = 0;
  for (const { key, begin, end } of ranges) {
    if (begin !== reached) {
      const what =
        begin < reached
          ? `inside another tensor that ends at ${reached}`
          : `leaving a hole from byte ${reached}`;
      throw fault(`tensor ${quote(key)}: begins at byte ${begin}, ${what}`);
    }
    reached = end;
  }
  if (reached < data.length) {
    throw fault(
      `expected ${reached} bytes of data, got ${data.length}: ${data.length - reached} belong to no tensor`,
    );
  }
  // Without a fault, every member except the metadata is a tensor.
  return { tensors: header as Map<string, Tensor>, metadata: readMetadata(metadata, fault) };
}

/**
 * Writes a safetensors file. Tensors are ordered by decreasing element size, then by name, so that each is aligned and the same
 * tensors always give the same bytes.
 * @throws ActigradError "option" for names and sizes that do not fit
 */
export function writeSafetensors(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata: Iterable<readonly [string, string]> = [],
): Uint8Array<ArrayBuffer> {
  const fault = (message: string): ActigradError => new ActigradError("option", `safetensors: ${message}`);
  const sorted = [...tensors]
    .map(([key, tensor]) => {
      const dtype = dtypeOf(tensor);
      if (dtype !== undefined) return { key, dtype, ...tensor, size: itemBytes(dtype) };
      const got = tensor.data.constructor.name;
      throw fault(`tensor ${quote(key)}: expected an array for ${tensor.dtype ?? "numbers"}, got ${got}`);
    })
    .toSorted((a, b) => b.size - a.size || (a.key < b.key ? -1 : 1));
  // Built as text: as keys of an object, names such as "__proto__" or "1" would be lost or reordered.
  const entries: string[] = [];
  const names = new Set<string>();
  const add = (key: string, value: string): void => {
    if (/\p{Surrogate}/u.test(key)) throw fault(`the name ${quote(key)} holds half of a surrogate pair`);
    if (names.has(key)) throw fault(`the name ${quote(key)} appears twice`);
    names.add(key);
    entries.push(`${JSON.stringify(key)}:${value}`);
  };
  const strings = new Map<string, string>();
  for (const [key, value] of metadata) {
    if (/\p{Surrogate}/u.test(key + value))
      throw fault(`metadata ${quote(key)} holds half of a surrogate pair`);
    if (strings.has(key)) throw fault(`metadata ${quote(key)} appears twice`);
    strings.set(key, `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  }
  names.add(metadataName);
  if (strings.size > 0) entries.push(`"${metadataName}":{${[...strings.values()].join(",")}}`);
  let dataBytes = 0;
  for (const { key, dtype, shape, data } of sorted) {
    const expected = byteSize(dtype, shape, (message) => fault(`tensor ${quote(key)}: ${message}`));
    if (data.byteLength !== expected) {
      const type = `${dtype}[${shape.join(", ")}]`;
      throw fault(
        `tensor ${quote(key)}: expected ${elements(shape)} numbers for ${type}, got ${data.length}`,
      );
    }
    const offsets = `[${dataBytes},${dataBytes + expected}]`;
    add(key, `{"dtype":"${dtype}","shape":[${shape.join(",")}],"data_offsets":${offsets}}`);
    dataBytes += expected;
  }
  const text = new TextEncoder().encode(`{${entries.join(",")}}`);
  const headerBytes = Math.ceil(text.length / 8) * 8;
  if (headerBytes > mostHeaderBytes)
    throw fault(`the header has ${headerBytes} bytes, more than ${mostHeaderBytes}`);
  const file = new Uint8Array(8 + headerBytes + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8 + text.length, 8 + headerBytes);
  file.set(text, 8);
  let at = 8 + headerBytes;
  for (const { data } of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function readHeader<T>(
  bytes: Uint8Array,
  fault: TensorFault,
  made: (key: string, info: JsonValue) => T,
): Map<string, T> {
  if (bytes[0] !== 0x7b) throw fault('the header: expected JSON that begins with "{"');
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw fault("the header: expected UTF-8, got other bytes");
  }
  return parseMembers(text, (message) => fault(`the header: ${message}`), made);
}

/** Dtype, shape and range of one header entry, each checked, and checked against each other. */
function readInfo(info: JsonValue, fault: (message: string) => ActigradError) {
  if (!(info instanceof Map)) throw fault("expected an object with dtype, shape and data_offsets");
  const entry = info as JsonObject;
  const dtype = entry.get("dtype");
  if (typeof dtype !== "string" || !isDtype(dtype)) {
    throw fault(`expected one of the dtypes ${dtypes.join(", ")}, got ${describe(dtype)}`);
  }
  const shape = entry.get("shape");
  if (!isSizes(shape)) throw fault(`expected a shape of whole numbers, got ${describe(shape)}`);
  const offsets = entry.get("data_offsets");
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw fault(`expected data_offsets of two whole numbers, got ${describe(offsets)}`);
  }
  const [begin, end] = offsets as readonly [number, number];
  if (begin > end) throw fault(`expected data_offsets in order, got [${begin}, ${end}]`);
  const expected = byteSize(dtype, shape, fault);
  if (end - begin !== expected) {
    throw fault(
      `expected ${expected} bytes for ${dtype}[${shape.join(", ")}], got ${end - begin} ([${begin}, ${end}])`,
    );
  }
  return { dtype, shape, begin, end };
}

function readMetadata(
  value: JsonValue | undefined,
  fault: (message: string) => ActigradError,
): Map<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined) return metadata;
  if (!(value instanceof Map)) throw fault(`${metadataName}: expected an object, got ${describe(value)}`);
  for (const [key, text] of value as JsonObject) {
    if (typeof text !== "string")
      throw fault(`${metadataName}: ${quote(key)}: expected a string, got ${describe(text)}`);
    metadata.set(key, text);
  }
  return metadata;
}

function byteSize(
  dtype: StoredDtype,
  shape: readonly number[],
  fault: (message: string) => ActigradError,
): number {
  let size = itemBytes(dtype);
  for (const n of shape) {
    if (!Number.isSafeInteger(n) || n < 0) throw fault(`expected a shape of whole numbers, got ${n}`);
    size *= n;
    if (!Number.isSafeInteger(size))
      throw fault(`the sizes of its shape [${clip(shape.join(", "))}] overflow`);
  }
  return size;
}

function isSizes(value: JsonValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function describe(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value instanceof Map) return "an object";
  return clip(JSON.stringify(value));
}

function quote(name: string): string {
  return JSON.stringify(clip(name));
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
