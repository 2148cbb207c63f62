/** What records require of the graph that contains their ops, as far as these files need to know. */
import type { Shape, TensorType } from "../core/shape.ts";
import type { WgslFunction } from "../core/wgsl.ts";

/** Where a pointwise expression is evaluated, as WGSL. */
interface Location {
  readonly row: string;
  readonly slot: string;
  dim(name: string, value: number): string;
  step(name: string): string;
}

/** Where a view's WGSL reads: the buffer of the viewed tensor, at the position z, row, c. */
interface ViewSite {
  readonly input: TensorType;
  readonly output: TensorType;
  readonly buffer: string;
  dim(what: string, value: number): string;
}

/** The module that a kernel becomes. */
interface Module {
  write(output: TensorType): string;
  declare(dims: Readonly<Record<string, number>>): void;
}

/** The operands of a kernel that computes them itself. */
interface Operands {
  before(shape: Shape): readonly string[];
  here(index: string): readonly string[];
  name(operand: number): string;
}

/** An op imported by the records that need it, so that a page without them does not carry it. */
export interface RecordOp<A> {
  readonly name: string;
  shape(inputs: readonly TensorType[], attrs: A): { readonly shape: Shape; readonly dtype: "f32" };
  key?(attrs: A): string;
  flops?(node: { readonly inputs: readonly TensorType[] }): number;
  readonly kernel:
    | {
        readonly kind: "pointwise";
        readonly uses?: "slot";
        wgsl(args: readonly string[], attrs: A, at: Location): string;
        functions(attrs: A): readonly WgslFunction[];
        steps?(): readonly string[];
      }
    | { readonly kind: "reduce"; readonly combine: "sum" }
    | {
        readonly kind: "view";
        read(site: ViewSite, attrs: A): { readonly lines: readonly string[]; readonly value: string };
      }
    | {
        readonly kind: "custom";
        readonly computes: true;
        terms(inputs: readonly TensorType[], attrs: A): number;
        render(
          module: Module,
          node: TensorType & { readonly inputs: readonly TensorType[]; readonly attrs: A },
          target: { readonly software: boolean },
          operands: Operands,
        ): {
          readonly file: string;
          readonly values: Readonly<Record<string, number | string>>;
          readonly workgroups: readonly [x: number, y: number];
          readonly sized?: boolean;
        };
      };
}

/** A node of the graph for which gradients are made. */
export interface GradientNode<N> extends TensorType {
  readonly op: unknown;
  readonly attrs: unknown;
  readonly inputs: readonly N[];
  readonly graph: {
    readonly nodes: readonly N[];
    add<A>(op: RecordOp<A>, inputs: readonly N[], attrs: A): N;
  };
}

/** What the graph knows about an activation's parameters. */
export interface ParameterNodes<N> {
  /** The op that applies an activation, and the one that reads a row of a tensor: its attributes tell which row. */
  readonly activationOp: unknown;
  readonly rowOp: unknown;
  /** Whether a node's values are moved by no gradient. */
  isFixed(node: N): boolean;
  /** Each element's contribution to a parameter's gradient, from the derivative by it. */
  times(slope: N): N;
  /** Sums down to a shape, with kernels for any shape. */
  sumTo(x: N, shape: Shape): N;
}
