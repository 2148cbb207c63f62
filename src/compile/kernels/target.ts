import type { MatmulForm, MatmulSizes } from "../../graph/ops/matmul.ts";
import type { Rendered } from "./module.ts";
import type { TemplateValues } from "./template.ts";

/** How a product is tiled: rows and slots (of 4 columns) per invocation, and invocations per workgroup. */
export interface MatmulTile {
  readonly rows: number;
  readonly slots: number;
  readonly workgroup: number;
  /** Four adjacent invocations share their loads of A, by exchange within a quad. */
  readonly quad?: boolean;
  /** For a convolution's weight gradient: the taps of a block, which share their loads of the cotangent. */
  readonly taps?: number;
  /** With workgroup memory: invocations side by side along a row, and terms that they load at a time. */
  readonly shared?: { readonly across: number; readonly depth: number };
}

/** A tile for a product; undefined leaves the choice to the engine. */
export type TileChoice = (form: MatmulForm, sizes: MatmulSizes) => MatmulTile | undefined;

/** What the choice of a kernel may depend on. */
export interface KernelTarget {
  /** A software adapter: few cores, expensive barriers and workgroup memory. */
  readonly software: boolean;
  /** Whether exchange within quads works and pays off on this adapter. */
  readonly quads?: boolean;
  /** Number of storage buffers that fusion may use. */
  readonly maxStorageBuffers: number;
  /** The device's limit, for a single op that needs more. Default: the same. */
  readonly storageBuffersOffered?: number;
  readonly maxWorkgroups: number;
  /** Products through workgroup memory, if the adapter is a GPU. */
  readonly shared?: SharedKernels | undefined;
  /** Prefers kernels that compile quickly to those that run fastest. */
  readonly draft?: boolean;
  /** Fixes the tile of every product, or of those that it knows. Never changes a bit of the result. */
  readonly tile?: MatmulTile | TileChoice;
}

/** The expansion of every product's kernel, however the product is tiled. */
export interface ProductParts {
  readonly form: MatmulForm;
  readonly sizes: MatmulSizes;
  readonly values: TemplateValues;
  /** Code for each slot of the result. */
  readonly lines: readonly string[];
}

/** Where an operand's slots lie: along the summed axis, or across it, side by side at one term. */
export interface Loads {
  /** WGSL before the loop: where an invocation finds what it loads. */
  readonly place: string;
  /** WGSL in the loop: the slots at `k` of both operands. */
  readonly load: string;
  readonly across: { readonly a: boolean; readonly b: boolean };
  /** WGSL of the number of terms of a sum, for `D.k`. */
  readonly terms?: string;
}

/**
 * Kernels whose workgroups share their loads. GPUs need them and software adapters do not, so a page loads them with the device,
 * and only if its adapter is a GPU. Each returns undefined for a tile that shares nothing.
 */
export interface SharedKernels {
  matmul(product: ProductParts, target: KernelTarget): Rendered | undefined;
  /** The tiles worth trying for a matrix product, all with the same order of sums: the safe choice, then at most two more. */
  candidates(sizes: MatmulSizes): readonly [MatmulTile, ...MatmulTile[]];
  /** A product with other loads of its operands. */
  product(loads: Loads, product: ProductParts, target: KernelTarget): Rendered | undefined;
}
