import type { MatmulForm, MatmulSizes } from "../../graph/ops/matmul.ts";
import type { Rendered } from "./module.ts";
import type { TemplateValues } from "./template.ts";

/** How a product is cut: rows and slots (4 columns) an invocation, invocations a workgroup. */
export interface MatmulTile {
  readonly rows: number;
  readonly slots: number;
  readonly workgroup: number;
  /** Four invocations side by side share their loads of A, by exchange within a quad. */
  readonly quad?: boolean;
  /** Of a convolution's weight gradient: the taps of a block, which share their loads of the cotangent. */
  readonly taps?: number;
  /** Through workgroup memory: invocations side by side along a row, and terms that they load at a time. */
  readonly shared?: { readonly across: number; readonly depth: number };
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
  /** Products through workgroup memory, where the adapter is a GPU. */
  readonly shared?: SharedKernels | undefined;
  /** Prefers what compiles at once to what runs fastest. */
  readonly draft?: boolean;
  /** Pins the tile of every product, or of those that it knows. It never changes a bit of the result. */
  readonly tile?: MatmulTile | TileChoice;
}

/** What every kernel of a product is expanded with, however the product is cut. */
export interface ProductParts {
  readonly form: MatmulForm;
  readonly sizes: MatmulSizes;
  readonly values: TemplateValues;
  /** What is done with each slot of the result. */
  readonly lines: readonly string[];
}

/** Where an operand's slots lie: along the terms of the sum, or beside each other at one term. */
export interface Loads {
  /** WGSL before the loop: where an invocation finds what it loads. */
  readonly place: string;
  /** WGSL in the loop: the slots at `k` of both operands. */
  readonly load: string;
  readonly across: { readonly a: boolean; readonly b: boolean };
  /** WGSL of the terms of a sum, for `D.k`. */
  readonly terms?: string;
}

/**
 * Kernels whose workgroups share what they load. They are what GPUs want and software adapters do not, so a page loads
 * them with the device, and only where its adapter is a GPU. Each gives nothing for a tile that shares nothing.
 */
export interface SharedKernels {
  matmul(product: ProductParts, target: KernelTarget): Rendered | undefined;
  /** The tiles worth a try for a matrix product, all in one order of sums: the safe choice, then at most two more. */
  candidates(sizes: MatmulSizes): readonly [MatmulTile, ...MatmulTile[]];
  /** A product whose operands are found in another way. */
  product(loads: Loads, product: ProductParts, target: KernelTarget): Rendered | undefined;
}
