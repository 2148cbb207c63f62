import type { Node } from "../../graph/graph.ts";

/**
 * One storage buffer of a dispatch. `reads` is the tensor that the kernel expects in it, `writes` the one that it leaves; both if
 * it replaces a state in place.
 */
export interface Binding {
  readonly reads: Node | null;
  readonly writes: Node | null;
  /** Whether the kernel only marks the tensor that it reads there (see `KernelSpec`) and changes nothing else of it. */
  readonly marks?: true;
}

/** Whether a kernel writes to the buffer. */
export const isWritten = ({ writes, marks }: Binding): boolean => writes !== null || marks === true;

/** A kernel ready to compile, and how to start it. Equal `wgsl` means one pipeline. */
export interface Kernel {
  readonly wgsl: string;
  readonly bindings: readonly Binding[];
  /** Whether it reads scalars of the step, from a row of the step table. */
  readonly usesStep: boolean;
  /** The u32 values of the kernel's `Dims`, in order. */
  readonly dims: readonly number[];
  /** Number of workgroups, before folding into the adapter's limit per dimension. */
  readonly workgroups: readonly [x: number, y: number];
  /** For a family with variants, the chosen one, for people: "8x16 tile, 16 a workgroup". */
  readonly variant?: string;
}
