import type { MatmulForm, MatmulSizes } from "../../graph/ops/matmul.ts";

/** How a product is cut: rows and slots (4 columns) an invocation, invocations a workgroup. */
export interface MatmulTile {
  readonly rows: number;
  readonly slots: number;
  readonly workgroup: number;
  /** Four invocations side by side share their loads of A, by exchange within a quad. */
  readonly quad?: boolean;
  /** Of a convolution's weight gradient: the taps of a block, which share their loads of the cotangent. */
  readonly taps?: number;
}

/** A tile for a product; undefined leaves the choice to the engine. */
export type TileChoice = (form: MatmulForm, sizes: MatmulSizes) => MatmulTile | undefined;

/** What the choice of a kernel may depend on. */
export interface KernelTarget {
  /** A software adapter: few cores, dear barriers and workgroup memory. */
  readonly software: boolean;
  /** Whether quads exchange values, and that is known to work and to pay here. */
  readonly quads?: boolean;
  /** Storage buffers that a kernel is fused up to. */
  readonly maxStorageBuffers: number;
  /** What the device takes, for a single op that needs more. Default: as many. */
  readonly storageBuffersOffered?: number;
  readonly maxWorkgroups: number;
  /** Prefers what compiles at once to what runs fastest. */
  readonly draft?: boolean;
  /** Pins the tile of every product, or of those that it knows. It never changes a bit of the result. */
  readonly tile?: MatmulTile | TileChoice;
}
