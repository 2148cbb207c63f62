/** Which family of kernels computes an op, as data. */
import type { Shape, TensorType } from "../core/shape.ts";
import type { WgslFunction } from "../core/wgsl.ts";

/** Where a pointwise expression is evaluated: WGSL expressions for the position and for the step's scalars. */
export interface Location {
  /** u32: index along the first, second axis of the [Z, M, N] domain. */
  readonly z: string;
  readonly row: string;
  /** u32: index of the slot of four columns along the last axis. */
  readonly slot: string;
  /** A u32 that is kept out of the text, by a name that says which. */
  readonly dim: (name: string, value: number) => string;
  /** u32: a scalar of this step, as bits (see `stepScalar`). */
  readonly step: (name: string) => string;
}

/** What a view's WGSL is written from: where the tensor lies, and how big things are. */
export interface ViewSite {
  /** The tensor that is seen, and what is seen of it. */
  readonly input: TensorType;
  readonly output: TensorType;
  /** Where it is seen: the output's shape, or rows of it at each of which its single row is seen (see `repeats`). */
  readonly domain: Shape;
  /** The variable of the buffer in which the tensor lies, as slots of four columns, row by row. */
  readonly buffer: string;
  /** WGSL of the values of the view's other inputs at the position. */
  readonly args: readonly string[];
  /** A name for a variable that nothing else in the kernel has. */
  own(what: string): string;
  /** A u32 that is kept out of the text. Views of one tensor that say the same `alike` share it; it is this view's own by default. */
  dim(what: string, value: number, alike?: string): string;
}

/** WGSL that prepares a read at the position z, row, c - a slot of four columns of what is seen - and the slot's value. */
export interface ViewRead {
  readonly lines: readonly string[];
  readonly value: string;
}

/** One pass along an axis: the terms of all its elements, summed or compared. */
export interface Fold {
  readonly combine: "sum" | "max";
  /** A term's WGSL, from the operands at its element and the results of earlier folds. */
  term(args: readonly string[], folds: readonly string[]): string;
}

/** What a custom kernel sees of its node. */
export interface CustomNode<A> extends TensorType {
  readonly op: { readonly name: string };
  readonly inputs: readonly TensorType[];
  readonly attrs: A;
}

/** The module that a custom kernel becomes. */
export interface CustomModule {
  /** The variable of the buffer in which an input lies. */
  read(input: TensorType): string;
  /** The variable of the buffer in which the output lies. */
  write(output: TensorType): string;
  /** Declares such a variable under another name, as an array of this type. */
  rename(variable: string, name: string, type: string): void;
  /** Further fields of `D`, the u32 values of a dispatch. */
  declare(dims: Readonly<Record<string, number>>): void;
}

/** What a custom kernel may depend on besides its node. */
export interface CustomTarget {
  /** Whether the four invocations of a quad exchange values, and that pays here. */
  readonly quads?: boolean;
}

/** The operands of a custom kernel that computes them itself. */
export interface ComputedOperands {
  /** WGSL that reads, at a position z, row, c of a shape of fewer rows, what is the same in all rows for which that stands. */
  before(shape: Shape): readonly string[];
  /** WGSL that computes the operands at the position z, row, c, the slot of this index, and stores what others read of it. */
  here(index: string): readonly string[];
  /** The variable of an operand. */
  name(operand: number): string;
}

/** A custom kernel's entry point with what it needs: what its lines `//#for i in N` count by, texts and flags, and how many workgroups run it. */
export interface CustomText {
  readonly file: string;
  readonly values: Readonly<Record<string, number | string | boolean>>;
  readonly workgroups: readonly [x: number, y: number];
  /** It exchanges values within quads. */
  readonly quads?: boolean;
}

/** Which family of kernels computes an op, as data. `fuse` and the renderer read it; nothing else is known about an op. */
export type KernelSpec<A> =
  /** Provided from outside: data, state. */
  | { readonly kind: "storage" }
  /** An expression of its operands at one position; fused into whatever kernel computes an operand. */
  | {
      readonly kind: "pointwise";
      /** The expression's WGSL, from those of its operands at the position. */
      wgsl(args: readonly string[], attrs: A, at: Location): string;
      /** Functions that the expression may call by their names: a module takes those that it reaches. */
      functions?(attrs: A): readonly WgslFunction[];
      /** Names of the u32 step scalars that the expression reads. */
      steps?(attrs: A): readonly string[];
      /**
       * Marks an input [R, 1, 1] of this place where the condition holds in a lane: the second lane of its replica's slot
       * becomes the step's place in the ring of losses, counted from 1. All who mark it in a step write the same number.
       */
      readonly marks?: {
        readonly input: number;
        /** The condition, as WGSL of the inputs' expressions: a vec4<bool>. */
        when(args: readonly string[]): string;
      };
      /** What the expression reads of its position: it can be computed anywhere over the same rows, or rows and columns. */
      readonly uses?: "row" | "slot";
    }
  /** The input's elements at other places. A kernel that reads it reads the input there: nothing is copied. */
  | {
      readonly kind: "view";
      /** The read at a position. */
      read(site: ViewSite, attrs: A): ViewRead;
      /** `rows`: it reads what another input says for a row, column by column, so that it can be computed anywhere over the same rows. */
      readonly uses?: "row";
      /** Whether, having a single row, it can be read at every row of a domain. */
      repeats?(attrs: A, shape: Shape): boolean;
    }
  /** Folds along one axis, then an expression at each element (softmax and its like). Takes a fused epilogue. */
  | {
      readonly kind: "along";
      /** The axis of the folds. */
      axis(attrs: A, shape: Shape): number;
      readonly folds: readonly Fold[];
      /** The expression's WGSL, from the operands at an element and the results of the folds. */
      wgsl(args: readonly string[], folds: readonly string[]): string;
      /** What comes out is scaled by a fold: as exact as the largest of it. */
      readonly normalises?: boolean;
    }
  /** A batched matrix product; the epilogue takes fused pointwise nodes. */
  | { readonly kind: "matmul" }
  /** One of a convolution's three products, an implicit matrix product; takes a fused epilogue. */
  | { readonly kind: "conv" }
  /** The largest value or the mean of each window of an image, or the way back; takes a fused epilogue. */
  | { readonly kind: "pool"; readonly combine: "max" | "mean" }
  /** Sum or maximum over axes; takes a fused prologue and epilogue. */
  | { readonly kind: "reduce"; readonly combine: "sum" | "max" }
  /** A value for each row of logits and its label (cross entropy and its like), with one pass over the row's slots. */
  | { readonly kind: "rows" }
  /** For each row of the result the first place that holds an index; nothing is fused with it. */
  | { readonly kind: "search" }
  /** Sums over lists of places; takes views and constants as its terms, and a fused epilogue. */
  | { readonly kind: "scatter" }
  /** WGSL of a user's own, made by `customKernel`: one dispatch, and nothing is fused with it. */
  | {
      readonly kind: "custom";
      /** Terms that each result sums, which tells how far rounding may take it; 1 by default. */
      terms?(inputs: readonly TensorType[], attrs: A): number;
      /** Whether it computes its pointwise operands itself, with what only they are made of; what others read of them it stores. */
      readonly computes?: boolean;
      /** Writes the kernel into its module. */
      render(
        module: CustomModule,
        node: CustomNode<A>,
        target: CustomTarget,
        operands: ComputedOperands,
      ): CustomText;
    }
  /** Two values of the same position side by side: each is written where it belongs by the kernel that has it. */
  | { readonly kind: "beside" }
  /** Writes a value into the state it replaces. */
  | { readonly kind: "assign" };
