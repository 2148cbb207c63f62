import { ActigradError } from "./errors.ts";

/** Sizes of the axes, slowest first. */
export type Shape = readonly number[];

/** Element type of a tensor. `u8` is for storage only: a gather turns its bytes into f32 or u32. */
export type DType = "f32" | "u32" | "u8";

/** Shape and dtype of a tensor; printed as `f32[64,10]`. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Shape and storage type of a tensor in memory: its dtype, or bf16 for the upper halves of f32, which kernels unpack as they load. */
export interface StoredType {
  readonly shape: Shape;
  readonly dtype: DType | "bf16";
}

/** Lanes of a slot, the unit in which kernels load and store. */
export const LANES = 4;

/** `f32[64,10]` */
export const formatType = (t: TensorType): string => `${t.dtype}[${t.shape.join(",")}]`;

/** Number of elements. */
export const elements = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** Slots of one row: the last axis is padded to whole slots of four lanes, so that every access is one slot. */
export const rowSlots = (shape: Shape): number => Math.ceil((shape.at(-1) ?? 1) / LANES);

/** Rows: the product of all axes but the last. */
export const rows = (shape: Shape): number => elements(shape.slice(0, -1));

/** Slots of the whole tensor in a GPU buffer. */
export const slots = (shape: Shape): number => rows(shape) * rowSlots(shape);

/** Bytes of a slot of four. */
export const slotBytes = (dtype: StoredType["dtype"]): number =>
  ({ f32: 16, u32: 16, bf16: 8, u8: 4 })[dtype];

/** Bytes of a tensor in a GPU buffer, padding included. */
export const bytes = (t: StoredType): number => slots(t.shape) * slotBytes(t.dtype);

/**
 * A shape with this many axes: sizes of 1 are inserted after the first axis, which is always the replicas', so that the others
 * stay aligned at the right.
 */
export function withRank(shape: Shape, rank: number): Shape {
  const missing = Math.max(0, rank - shape.length);
  return [...shape.slice(0, 1), ...Array.from({ length: missing }, () => 1), ...shape.slice(1)];
}

/**
 * The common shape of pointwise operands: axes are aligned at the right, but the first with the first (see `withRank`); an axis
 * of size 1 repeats.
 * @throws ActigradError "shape" if two sizes differ and neither is 1
 */
export function broadcast(op: string, ...types: readonly TensorType[]): Shape {
  const rank = Math.max(...types.map((t) => t.shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const t of types) {
      const n = withRank(t.shape, rank)[axis]!;
      if (n !== 1 && size !== 1 && n !== size) {
        throw new ActigradError(
          "shape",
          `${op}: shapes do not broadcast, ${types.map(formatType).join(" with ")}`,
          {
            hint: `axis ${axis} has sizes ${size} and ${n}; make them equal, or one of them 1`,
          },
        );
      }
      if (n !== 1) size = n;
    }
    return size;
  });
}

/** Checks that every axis is a positive whole number and that u32 indices reach every slot. */
export function checkShape(op: string, shape: Shape): void {
  if (shape.length === 0 || shape.some((n) => !Number.isSafeInteger(n) || n < 1)) {
    throw new ActigradError(
      "shape",
      `${op}: axes must be whole numbers of at least 1, got [${shape.join(",")}]`,
    );
  }
  if (slots(shape) > 0xffff_ffff) {
    throw new ActigradError(
      "limit",
      `${op}: [${shape.join(",")}] has more elements than 32-bit indices can address`,
    );
  }
}

/**
 * A shape as [Z, M, N]: the first axis, everything in between, the last. Kernels know only this form. The first axis is the
 * replicas' and the last is stored in slots, so these two broadcast easily; see `repeatedRows` for the middle.
 */
export function as3d(shape: Shape): readonly [z: number, m: number, n: number] {
  const [z, ...middle] = shape.length > 2 ? shape : [1, ...shape];
  return [z!, elements(middle.slice(0, -1)), middle.at(-1) ?? 1];
}

/** How rows of a broadcast tensor map to rows of its result: row r reads r / (inner * repeat) * inner + r % inner. */
export interface RepeatedRows {
  readonly repeat: number;
  readonly inner: number;
}

/**
 * Compares the middle axes of a tensor with those of a larger one of the same rank; some run of axes has size 1 in the first.
 * @throws ActigradError "shape" if axes of size 1 are not adjacent: kernels take one run
 */
export function repeatedRows(small: Shape, large: Shape): RepeatedRows {
  const from = middleOf(small);
  const to = middleOf(large);
  const differ = to.flatMap((n, axis) => (n === from[axis] ? [] : [axis]));
  if (differ.length === 0) return { repeat: 1, inner: 1 };
  const [first, last] = [differ[0]!, differ.at(-1)!];
  const run = from.slice(first, last + 1);
  if (run.some((n) => n !== 1)) {
    throw new ActigradError("shape", `[${small.join(",")}] repeats to [${large.join(",")}] in two places`, {
      hint: "repeat neighbouring axes only, or the first and the last",
    });
  }
  return { repeat: elements(to.slice(first, last + 1)), inner: elements(to.slice(last + 1)) };
}

const middleOf = (shape: Shape): Shape => (shape.length > 2 ? shape.slice(1, -1) : shape.slice(0, -1));
