import { ActigradError } from "../core/errors.ts";
import {
  type StoredType,
  type TensorType,
  LANES,
  elements,
  formatType,
  rowSlots,
  rows,
  slots,
} from "../core/shape.ts";

/** A tensor's values on the host: row-major, without padding. */
export type HostArray = Float32Array | Uint32Array | Uint8Array;

const arrays = { f32: Float32Array, u32: Uint32Array, u8: Uint8Array } as const;

/** Spreads a host array into rows padded to whole slots, the layout on the GPU. */
export function pack(values: HostArray, type: TensorType): HostArray {
  if (values.length !== elements(type.shape) || !(values instanceof arrays[type.dtype])) {
    throw new ActigradError(
      "shape",
      `${formatType(type)} needs a ${arrays[type.dtype].name} of ${elements(type.shape)} values, ` +
        `got a ${values.constructor.name} of ${values.length}`,
    );
  }
  const width = type.shape.at(-1)!;
  const pitch = rowSlots(type.shape) * LANES;
  if (width === pitch) return values;
  const padded = new arrays[type.dtype](rows(type.shape) * pitch);
  for (let row = 0; row < rows(type.shape); row++)
    padded.set(values.subarray(row * width, (row + 1) * width), row * pitch);
  return padded;
}

/** The float32 numbers of which these are the upper halves. */
const widened = (buffer: ArrayBuffer, count: number): Float32Array =>
  new Float32Array(Uint32Array.from(new Uint16Array(buffer, 0, count), (half) => half << 16).buffer);

/** The values without padding, from the bytes of a GPU buffer. */
export function unpack(buffer: ArrayBuffer, type: StoredType): HostArray {
  const count = slots(type.shape) * LANES;
  const padded = type.dtype === "bf16" ? widened(buffer, count) : new arrays[type.dtype](buffer, 0, count);
  const width = type.shape.at(-1)!;
  const pitch = rowSlots(type.shape) * LANES;
  if (width === pitch) return padded;
  const values = padded.slice(0, elements(type.shape)); // of its type
  for (let row = 0; row < rows(type.shape); row++)
    values.set(padded.subarray(row * pitch, row * pitch + width), row * width);
  return values;
}
