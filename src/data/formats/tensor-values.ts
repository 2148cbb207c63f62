/** Between the bytes of a stored tensor and numbers. */
import { bfloat16, float16 } from "../../core/half.ts";
import type { StoredTensor } from "./safetensors.ts";

/** The elements of a tensor of a file, in a typed array of their own kind. */
export type TensorValues =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** A float32 tensor to be written: a copy of `values`, row-major. */
export function storeFloat32(values: Float32Array, shape: readonly number[]): StoredTensor {
  return { dtype: "F32", shape: [...shape], bytes: new Uint8Array(new Float32Array(values).buffer) };
}

/**
 * A copy of the tensor's elements in the typed array of its type. F16 and BF16 come as float32 (exactly), BOOL as
 * bytes. Little-endian hosts only, which is every host that WebGPU runs on.
 */
export function tensorValues({ dtype, bytes }: StoredTensor): TensorValues {
  const buffer = new Uint8Array(bytes).buffer; // a copy is aligned, wherever the tensor lay
  switch (dtype) {
    case "F64":
      return new Float64Array(buffer);
    case "F32":
      return new Float32Array(buffer);
    case "F16":
      return Float32Array.from(new Uint16Array(buffer), float16);
    case "BF16":
      return Float32Array.from(new Uint16Array(buffer), bfloat16);
    case "I64":
      return new BigInt64Array(buffer);
    case "I32":
      return new Int32Array(buffer);
    case "I16":
      return new Int16Array(buffer);
    case "I8":
      return new Int8Array(buffer);
    case "U64":
      return new BigUint64Array(buffer);
    case "U32":
      return new Uint32Array(buffer);
    case "U16":
      return new Uint16Array(buffer);
    case "U8":
    case "BOOL":
      return new Uint8Array(buffer);
  }
}

/** The tensor's elements as float32, rounded where its type holds more (F64, and whole numbers beyond 2^24). */
export function tensorFloat32(tensor: StoredTensor): Float32Array<ArrayBuffer> {
  const values = tensorValues(tensor);
  if (values instanceof Float32Array) return values;
  return Float32Array.from({ length: values.length }, (_, i) => Number(values[i]));
}
