/** Calls WGSL functions and kernels from a test. */
import { ActigradError, checkOptions, unknownName } from "../../core/errors.ts";
import { testDevice } from "./device.ts";
import { type Bound, Compiled, type Workgroups } from "./run.ts";
import {
  type WgslType,
  type WgslValue,
  TypeReader,
  isFlat,
  loaded,
  read,
  scalarOf,
  splitList,
  stored,
  wordsOf,
  write,
} from "./types.ts";

/** One argument for all calls: consecutive numbers (also for vectors), or one value per call. */
export type Argument = ArrayLike<number> | readonly WgslValue[];

/** Numbers for numeric results, with vectors flattened; objects for structs. */
export type Result = Float32Array | Int32Array | Uint32Array | WgslValue[];

/** A WGSL function: calls it in parallel, once per argument value. */
export type WgslFunction<R extends Result = Result> = (...given: readonly Argument[]) => Promise<R>;

/** The contents of a kernel's buffer. */
export type Values = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** A kernel: runs over named buffers and returns the writable ones. */
export type WgslKernel = <B extends Readonly<Record<string, Values>>>(
  buffers: B,
  workgroups: number | readonly [number, number?, number?],
) => Promise<B>;

/** Result type of a function signature. */
export type ResultOf<S extends string> = S extends `${string}->${infer R}`
  ? R extends `${string}${"f32" | "2f" | "3f" | "4f"}`
    ? Float32Array
    : R extends `${string}${"i32" | "2i" | "3i" | "4i"}`
      ? Int32Array
      : R extends `${string}${"u32" | "2u" | "3u" | "4u"}`
        ? Uint32Array
        : Result
  : Result;

/** WGSL under test. */
export interface WgslSource {
  /**
   * A function of the source.
   * @param signature such as "f32 -> f32", "vec3f, f32 -> vec3f", or "Ray -> Hit" for structs of the source
   * @throws ActigradError "kernel" with the source line that does not compile, "option" for a type that cannot be passed
   */
  fn<const S extends string>(name: string, signature: S): Promise<WgslFunction<ResultOf<S>>>;
  /**
   * A kernel of the source; its bindings are the buffers that the source declares.
   * @throws ActigradError "kernel" with the source line that does not compile
   */
  kernel(entryPoint: string): Promise<WgslKernel>;
}

/** Threads per workgroup, and the most calls of one dispatch. */
const [SIZE, MOST] = [64, 2 ** 20];

/** Takes WGSL source unchanged and lets a test call its functions and kernels. */
export function wgsl(source: string): WgslSource {
  if (typeof source !== "string")
    throw new ActigradError("option", `wgsl: expected WGSL as text, got ${typeof source}`);
  return {
    fn: async (name, signature) => (await functionOf(source, name, signature)) as never,
    kernel: (entryPoint) => kernelOf(source, entryPoint),
  };
}

async function functionOf(source: string, name: string, signature: string): Promise<WgslFunction> {
  const functions = [...source.matchAll(/\bfn\s+(\w+)/g)].map((match) => match[1]!);
  if (!functions.includes(name)) throw unknownName("WGSL function", name, functions);
  const [left = "", right, ...rest] = signature.split("->");
  if (right === undefined || rest.length > 0)
    throw new ActigradError("option", `expected a signature such as "f32 -> f32", got "${signature}"`);
  const types = new TypeReader(source);
  const inputs = left.trim() === "" ? [] : splitList(left).map((each) => types.type(each));
  const output = types.type(right);
  const compiled = new Compiled(
    caller(source, name, inputs, output),
    "testing_main",
    source.split("\n").length,
  );
  const bounds = (
    words: Uint32Array<ArrayBuffer>,
    results: number,
    from: Uint32Array<ArrayBuffer>,
  ): Bound[] => [
    { group: 3, binding: 0, name: "count", type: "uniform", data: from },
    { group: 3, binding: 1, name: "arguments", type: "read-only-storage", data: words },
    { group: 3, binding: 2, name: "results", type: "storage", data: new Uint32Array(results) },
  ];
  await compiled.make(await testDevice(), bounds(new Uint32Array(1), 1, new Uint32Array(4)));
  return async (...given) => {
    if (given.length !== inputs.length)
      throw new ActigradError("shape", `${name}: expected ${inputs.length} arguments, got ${given.length}`);
    const count = inputs.length === 0 ? 1 : countOf(name, inputs, given);
    const words = new Uint32Array(count * wordsOf(output));
    for (let first = 0; first < count; first += MOST) {
      const calls = Math.min(MOST, count - first);
      const packed = pack(inputs, given, first, calls);
      const header = Uint32Array.of(calls, 0, 0, 0);
      const results = await compiled.run(bounds(packed, calls * wordsOf(output), header), [
        Math.ceil(calls / SIZE),
        1,
        1,
      ]);
      words.set(new Uint32Array(results.get("results")!), first * wordsOf(output));
    }
    return unpack(output, words, count);
  };
}

/** The source followed by an entry point that calls the function; line numbers of the source stay the same. */
function caller(source: string, name: string, inputs: readonly WgslType[], output: WgslType): string {
  const each = inputs.reduce((sum, type) => sum + wordsOf(type), 0);
  let word = 0;
  const given = inputs.map((type) => {
    const text = loaded(type, (k) => `testing_arguments[${each}u * i + ${k}u]`, word);
    word += wordsOf(type);
    return text;
  });
  const stores = stored(output, "result").map(
    (text, k) => `testing_results[${wordsOf(output)}u * i + ${k}u] = ${text};`,
  );
  return `${source}
@group(3) @binding(0) var<uniform> testing_count: vec4u;
@group(3) @binding(1) var<storage, read> testing_arguments: array<u32>;
@group(3) @binding(2) var<storage, read_write> testing_results: array<u32>;
@compute @workgroup_size(${SIZE}) fn testing_main(@builtin(global_invocation_id) id: vec3u) {
let i = id.x;
if (i >= testing_count.x) { return; }
let result = ${name}(${given.join(", ")});
${stores.join("\n")}
}`;
}

/** The number of calls that the arguments are for; all must agree. */
function countOf(name: string, inputs: readonly WgslType[], given: readonly Argument[]): number {
  const counts = given.map((values, i) =>
    isNumbers(values) ? values.length / flatWords(inputs[i]!) : values.length,
  );
  const [count = 0] = counts;
  if (!counts.every((each) => each === count && Number.isInteger(each)))
    throw new ActigradError(
      "shape",
      `${name}: expected arguments for the same number of calls, got ${counts.join(", ")}`,
    );
  return count;
}

const isNumbers = (values: Argument): values is ArrayLike<number> => typeof values[0] !== "object";
const flatWords = (type: WgslType): number => (isFlat(type) ? wordsOf(type) : 1);

function pack(
  inputs: readonly WgslType[],
  given: readonly Argument[],
  first: number,
  calls: number,
): Uint32Array<ArrayBuffer> {
  const each = inputs.reduce((sum, type) => sum + wordsOf(type), 0);
  const words = new Uint32Array(Math.max(1, calls * each));
  const view = new DataView(words.buffer);
  let offset = 0;
  for (const [k, type] of inputs.entries()) {
    const values = given[k]!;
    const own = wordsOf(type);
    for (let i = 0; i < calls; i++) {
      const at = i * each + offset;
      if (!isNumbers(values)) write(type, values[first + i]!, view, at);
      else if (own === 1) write(type, values[first + i]!, view, at);
      else
        write(type, Array.prototype.slice.call(values, (first + i) * own, (first + i + 1) * own), view, at);
    }
    offset += own;
  }
  return words;
}

function unpack(output: WgslType, words: Uint32Array<ArrayBuffer>, count: number): Result {
  if (isFlat(output)) {
    const typed = { f32: Float32Array, i32: Int32Array, u32: Uint32Array, bool: Uint32Array }[
      scalarOf(output)
    ];
    return new typed(words.buffer);
  }
  const view = new DataView(words.buffer);
  return Array.from({ length: count }, (_, i) => read(output, view, i * wordsOf(output)));
}

const declared =
  /@group\(\s*(\d+)u?\s*\)\s*@binding\(\s*(\d+)u?\s*\)\s*var\s*<\s*(uniform|storage)\s*(?:,\s*(read_write|read)\s*)?>\s*(\w+)/g;

async function kernelOf(source: string, entryPoint: string): Promise<WgslKernel> {
  const entries = [...source.matchAll(/@compute[^]*?\bfn\s+(\w+)/g)].map((match) => match[1]!);
  if (!entries.includes(entryPoint)) throw unknownName("WGSL kernel", entryPoint, entries);
  const bindings = [...source.replace(/\/\/.*|\/\*[^]*?\*\//g, "").matchAll(declared)].map(
    ([, group, binding, space, access, name]) => ({
      group: Number(group),
      binding: Number(binding),
      name: name!,
      type: (space === "uniform"
        ? "uniform"
        : access === "read_write"
          ? "storage"
          : "read-only-storage") as GPUBufferBindingType,
    }),
  );
  const compiled = new Compiled(source, entryPoint);
  await compiled.make(await testDevice(), bindings);
  return async (buffers, workgroups) => {
    checkOptions(
      `the kernel ${entryPoint}`,
      buffers,
      bindings.map(({ name }) => name),
    );
    const bounds = bindings.map((bound): Bound => {
      const data = buffers[bound.name];
      if (data === undefined)
        throw new ActigradError("option", `${entryPoint}: expected the buffer "${bound.name}", got none`, {
          hint: "for one that is only written, give an array of its length",
        });
      return { ...bound, data };
    });
    const [x = 1, y = 1, z = 1] = typeof workgroups === "number" ? [workgroups] : workgroups;
    const results = await compiled.run(bounds, [x, y, z] satisfies Workgroups);
    const after = Object.entries(buffers).map(([name, data]) => {
      const bytes = results.get(name);
      return [
        name,
        bytes === undefined ? data : new (data.constructor as new (b: ArrayBuffer) => Values)(bytes),
      ];
    });
    return Object.fromEntries(after);
  };
}
