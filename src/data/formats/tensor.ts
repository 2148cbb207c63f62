/** Named tensors, as trainers and files exchange them. */
import { bfloat16, float16 } from "../../core/half.ts";

/** The array type for each element type, by the format's names; 16-bit floats are stored as bits. */
const arrays = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/** An element type, by its name in safetensors. */
export type StoredDtype = keyof typeof arrays;

/** Elements of a tensor, row-major. */
export type TensorValues =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | BigUint64Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** Number of elements of a shape; [] is a single number. */
export interface Tensor<V extends TensorValues = TensorValues> {
  readonly shape: readonly number[];
  /** Row-major. A tensor from a file shares the file's memory if it is aligned there. */
  readonly data: V;
  /** Default: from the type of array. F16, BF16 (as bits in a Uint16Array) and BOOL must be given. */
  readonly dtype?: StoredDtype;
}

/** Tensors of float32 by name, such as the parameters of one replica with PyTorch's names and layouts. */
export type Weights = ReadonlyMap<string, Tensor<Float32Array>>;

export const isDtype = (name: string): name is StoredDtype => Object.hasOwn(arrays, name);
export const dtypes = Object.keys(arrays) as readonly StoredDtype[];

/** Bytes of one element. */
export const itemBytes = (dtype: StoredDtype): number => arrays[dtype].BYTES_PER_ELEMENT;

/** The type of a tensor's elements; undefined if the array does not match the given type. */
export function dtypeOf({ dtype, data }: Tensor): StoredDtype | undefined {
  if (dtype === undefined) return dtypes.find((name) => data instanceof arrays[name] && !/F16/.test(name));
  return data instanceof arrays[dtype] ? dtype : undefined;
}

/** A tensor from its little-endian bytes, shared if aligned. Every WebGPU host is little-endian. */
export function tensorOf(dtype: StoredDtype, shape: readonly number[], bytes: Uint8Array): Tensor {
  const { BYTES_PER_ELEMENT: size } = arrays[dtype];
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return { dtype, shape, data: new arrays[dtype](buffer as ArrayBuffer, byteOffset, length / size) };
}

/** The tensor's elements as float32, rounded if its type is more precise (F64, and whole numbers beyond 2^24). */
export function tensorFloat32({ dtype, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  const read = dtype === "F16" ? float16 : dtype === "BF16" ? bfloat16 : Number;
  return Float32Array.from({ length: data.length }, (_, i) => read(data[i] as number));
}
