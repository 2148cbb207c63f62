import type { Node } from "../../graph/graph.ts";
import type { MatmulForm, MatmulSizes } from "../../graph/ops/matmul.ts";

/** What one dispatch computes: the nodes that are fused into one kernel, in the order of evaluation. */
export interface Group {
  readonly kind:
    | "pointwise"
    | "matmul"
    | "reduce"
    | "rows"
    | "along"
    | "conv"
    | "pool"
    | "search"
    | "scatter";
  /** The nodes that the family itself computes; none for pointwise. */
  readonly anchors: Node[];
  /** Nodes evaluated before the sum: a reduction's terms, a row's values, the rows of a product's first operand. */
  readonly inner: Node[];
  /** Sums over the rows of a `rows` kernel. */
  readonly sums: Node[];
  /** Pointwise and assign nodes evaluated on the result. */
  readonly outer: Node[];
}

export const groupNodes = (g: Group): Node[] => [...g.anchors, ...g.inner, ...g.sums, ...g.outer];

/**
 * One storage buffer of a dispatch. `reads` is the tensor whose content the kernel expects there, `writes` the one it
 * leaves there; both, when a state is replaced where it lies.
 */
export interface Binding {
  readonly reads: Node | null;
  readonly writes: Node | null;
}

/** Where a scalar lies in a row of the step table. */
export interface StepScalar {
  readonly name: string;
  readonly dtype: "f32" | "u32";
  /** 1, or one value a replica. */
  readonly count: number;
  /** In 32-bit words from the row's start. */
  readonly offset: number;
}

/** The table that gives each step its scalars: one row a step, reached by a dynamic offset. */
export interface StepLayout {
  readonly scalars: readonly StepScalar[];
  readonly rowBytes: number;
}

/** A kernel ready to compile, and how to start it. Equal `wgsl` means one pipeline. */
export interface Kernel {
  readonly wgsl: string;
  readonly bindings: readonly Binding[];
  /** The u32 values of the kernel's `Dims`, in order. */
  readonly dims: readonly number[];
  /** Workgroups, before folding into the adapter's limit a dimension. */
  readonly workgroups: readonly [x: number, y: number];
  /** For a family with variants the one that was chosen, for people: "8x16 tile, 16 a workgroup". */
  readonly variant?: string;
}

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
  readonly maxStorageBuffers: number;
  readonly maxWorkgroups: number;
  /** Prefers what compiles at once to what runs fastest. */
  readonly draft?: boolean;
  /** Pins the tile of every product, or of those that it knows. It never changes a bit of the result. */
  readonly tile?: MatmulTile | TileChoice;
}
