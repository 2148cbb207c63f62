/** Reads reference data in the format "oracle-1": an index NAME.json, and all tensors in one NAME.bin next to it. */
import { ActigradError } from "../../core/errors.ts";
import { type JsonObject, type JsonValue, parseJson } from "../../data/formats/json.ts";

const dtypes = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u8: Uint8Array } as const;
export type OracleDType = keyof typeof dtypes;

/** A tensor of the .bin, row-major. Shape [] is a scalar. */
export class OracleTensor {
  readonly dtype: OracleDType;
  readonly shape: readonly number[];
  readonly data: InstanceType<(typeof dtypes)[OracleDType]>;

  constructor(dtype: OracleDType, shape: readonly number[], data: OracleTensor["data"]) {
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }
}

/** A value of the index, with tensor references replaced by tensors. */
export type OracleValue = string | number | boolean | null | OracleTensor | readonly OracleValue[] | Fields;
export type Fields = ReadonlyMap<string, OracleValue>;

/** Named values of an index, with typed access. Every getter throws ActigradError "format" that names the place. */
export class Entry {
  /** For messages: `optim.json: case "adam"`. */
  readonly where: string;
  readonly fields: Fields;

  constructor(where: string, fields: Fields) {
    this.where = where;
    this.fields = fields;
  }

  /** The value at a path of names; undefined if any part is missing or null. */
  get(...path: readonly string[]): OracleValue | undefined {
    let value: OracleValue | undefined = this.fields;
    for (const name of path) value = value instanceof Map ? value.get(name) : undefined;
    return value ?? undefined;
  }

  has(...path: readonly string[]): boolean {
    return this.get(...path) !== undefined;
  }

  /** The named values at a path; empty if there are none. */
  group(...path: readonly string[]): Fields {
    const value = this.get(...path);
    if (value === undefined) return new Map();
    if (value instanceof Map) return value;
    throw this.#fault(path, "named values", value);
  }

  tensor(...path: readonly string[]): OracleTensor {
    const value = this.get(...path);
    if (value instanceof OracleTensor) return value;
    throw this.#fault(path, "a tensor", value);
  }

  number(...path: readonly string[]): number {
    const value = this.get(...path);
    if (typeof value === "number") return value;
    throw this.#fault(path, "a number", value);
  }

  text(...path: readonly string[]): string {
    const value = this.get(...path);
    if (typeof value === "string") return value;
    throw this.#fault(path, "a text", value);
  }

  #fault(path: readonly string[], expected: string, value: OracleValue | undefined): ActigradError {
    return new ActigradError(
      "format",
      `${this.where}: ${path.join(".")}: expected ${expected}, got ${kindOf(value)}`,
    );
  }
}

/** One case: its inputs and expected outputs. */
export class OracleCase extends Entry {
  /** The path of the index. */
  readonly file: string;
  readonly id: string;
  /** The index's own fields, shared by its cases. */
  readonly index: Entry;
  /** Files next to the index that the case names. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();

  constructor(file: string, id: string, index: Entry, fields: Fields) {
    super(`${file}: case "${id}"`, fields);
    this.file = file;
    this.id = id;
    this.index = index;
  }
}

export interface OracleFile {
  readonly file: string;
  readonly cases: readonly OracleCase[];
}

/** Reads a file; paths are as given on the command line. */
export type ReadFile = (path: string) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Reads an index and its .bin, and checks the pair.
 * @throws ActigradError "format" for invalid JSON, another format, a .bin of the wrong length or hash, a tensor outside the .bin,
 * an unknown dtype, an invalid shape, or a case whose id is missing or repeated; "file" from `read`
 */
export async function readOracle(path: string, read: ReadFile): Promise<OracleFile> {
  const { where, index, bin } = parseIndex(path, await read(path));
  const bytes = await read(beside(path, bin.name));
  if (bytes.length !== bin.bytes)
    throw where(`expected ${bin.bytes} bytes in ${bin.name}, got ${bytes.length}`);
  const sha256 = await hash(bytes);
  if (sha256 !== bin.sha256) {
    throw where(`the SHA-256 of ${bin.name} does not match the index: expected ${bin.sha256}, got ${sha256}`);
  }
  const cases = resolveCases(path, index, bytes);
  for (const oracleCase of cases)
    for (const name of filesOf(oracleCase)) oracleCase.files.set(name, await read(beside(path, name)));
  return { file: path, cases };
}

/** Files that a case names: a model's weights and its configuration. */
const filesOf = (oracleCase: OracleCase): string[] =>
  ["file", "config"].flatMap((field) => {
    const name = oracleCase.get(field);
    return typeof name === "string" && /^[\w-][\w.-]*$/.test(name) ? [name] : [];
  });

const beside = (path: string, name: string): string =>
  path.slice(0, path.length - baseName(path).length) + name;

const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

interface Index {
  readonly where: (message: string) => ActigradError;
  readonly index: JsonObject;
  readonly bin: { readonly name: string; readonly bytes: number; readonly sha256: string };
}

function parseIndex(path: string, bytes: Uint8Array): Index {
  const where = (message: string): ActigradError => new ActigradError("format", `${path}: ${message}`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw where("expected JSON, got bytes that are not UTF-8");
  }
  const index = parseJson(text, where);
  if (!(index instanceof Map)) throw where(`expected an object, got ${kindOf(index)}`);
  const fields = index as JsonObject;
  if (fields.get("format") !== "oracle-1") {
    throw where(`expected the format "oracle-1", got ${JSON.stringify(fields.get("format")) ?? "none"}`);
  }
  const [name, size, sha256] = ["bin", "binBytes", "binSha256"].map((field) => fields.get(field));
  if (typeof name !== "string" || !/^[^/\\]+$/.test(name) || name === "." || name === "..")
    throw where(`bin: expected the name of a file beside the index, got ${JSON.stringify(name) ?? "none"}`);
  if (!isCount(size))
    throw where(`binBytes: expected a number of bytes, got ${JSON.stringify(size) ?? "none"}`);
  if (typeof sha256 !== "string") throw where("binSha256: expected the .bin's SHA-256, got none");
  return { where, index: fields, bin: { name, bytes: size, sha256 } };
}

async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function resolveCases(path: string, index: JsonObject, bytes: Uint8Array<ArrayBuffer>): OracleCase[] {
  const where = (message: string): ActigradError => new ActigradError("format", `${path}: ${message}`);
  const rows = index.get("cases");
  if (!Array.isArray(rows)) throw where(`cases: expected a list, got ${kindOf(rows)}`);
  const count = index.get("caseCount");
  if (count !== undefined && count !== rows.length)
    throw where(`expected ${JSON.stringify(count)} cases, got ${rows.length}`);
  // Offsets are multiples of 8 in the file; a view must keep them so in memory.
  const bin = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const common = new Map([...index].filter(([name]) => name !== "cases"));
  const shared = new Entry(path, resolve(common, bin, where) as Fields);
  const known = new Set<string>();
  return rows.map((row: JsonValue, i) => {
    const id: unknown = row instanceof Map ? row.get("id") : undefined;
    if (typeof id !== "string" || id === "")
      throw where(`case ${i}: expected an object with an id, got ${kindOf(row)}`);
    if (known.has(id)) throw where(`case ${i}: the id "${id}" appears twice`);
    known.add(id);
    const fault = (message: string): ActigradError => where(`case "${id}": ${message}`);
    return new OracleCase(path, id, shared, resolve(row, bin, fault) as Fields);
  });
}

/** Replaces every tensor reference below a value by its tensor. */
function resolve(
  value: JsonValue,
  bin: Uint8Array<ArrayBuffer>,
  fault: (message: string) => Error,
): OracleValue {
  if (Array.isArray(value)) return value.map((item) => resolve(item, bin, fault));
  if (!(value instanceof Map)) return value as string | number | boolean | null;
  const object = value as JsonObject;
  if (object.size === 3 && ["t", "s", "o"].every((name) => object.has(name)))
    return tensorAt(object, bin, fault);
  return new Map(
    [...object].map(([name, item]) => [name, resolve(item, bin, (m) => fault(`${name}: ${m}`))]),
  );
}

/** `{"t": "f32", "s": [5, 3], "o": 2064}` */
function tensorAt(
  reference: JsonObject,
  bin: Uint8Array<ArrayBuffer>,
  fault: (message: string) => Error,
): OracleTensor {
  const [dtype, shape, offset] = ["t", "s", "o"].map((name) => reference.get(name));
  if (typeof dtype !== "string" || !Object.hasOwn(dtypes, dtype))
    throw fault(`dtype: expected one of ${Object.keys(dtypes).join(", ")}, got ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || !shape.every((n) => isCount(n) && n > 0))
    throw fault(`shape: expected whole numbers of at least 1, got ${JSON.stringify(shape)}`);
  if (!isCount(offset) || offset % 8 !== 0)
    throw fault(`offset: expected a multiple of 8, got ${JSON.stringify(offset)}`);
  const View = dtypes[dtype as OracleDType];
  const sizes = shape as number[];
  const count = sizes.reduce((product, n) => product * n, 1);
  const end = offset + count * View.BYTES_PER_ELEMENT;
  if (!(end <= bin.length)) {
    throw fault(`${dtype}[${sizes.join(",")}] at ${offset} ends at byte ${end}, the .bin has ${bin.length}`);
  }
  return new OracleTensor(dtype as OracleDType, sizes, new View(bin.buffer, bin.byteOffset + offset, count));
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** For messages: what a value is. */
function kindOf(value: OracleValue | JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value instanceof OracleTensor) return "a tensor";
  if (Array.isArray(value)) return "a list";
  return value instanceof Map ? "an object" : JSON.stringify(value);
}
