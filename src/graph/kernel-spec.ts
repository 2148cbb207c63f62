/** How an op is computed: its family of kernels, as data. */
import type { Shape, StoredType, TensorType } from "../core/shape.ts";
import type { WgslFunction } from "../core/wgsl.ts";

/** Where a pointwise expression is evaluated: WGSL expressions for the position and for the step's scalars. */
export interface Location {
  /** u32: index along the first or second axis of the [Z, M, N] domain. */
  readonly z: string;
  readonly row: string;
  /** u32: index of the slot of four columns along the last axis. */
  readonly slot: string;
  /** A named u32 that is kept out of the text. */
  readonly dim: (name: string, value: number) => string;
  /** u32: a scalar of this step, as bits (see `stepScalar`). */
  readonly step: (name: string) => string;
}

/** What a view's WGSL is written from: where the tensor is stored, and its sizes. */
export interface ViewSite {
  /** The viewed tensor, and the part of it that is seen. */
  readonly input: TensorType;
  readonly output: TensorType;
  /** The output's shape, or rows of it in each of which the view's single row is seen (see `repeats`). */
  readonly domain: Shape;
  /** The variable of the tensor's buffer, an array of slots of four columns, row by row. */
  readonly buffer: string;
  /** WGSL of the values of the view's other inputs at the position. */
  readonly args: readonly string[];
  /** A variable name that is unique in the kernel. */
  own(what: string): string;
  /** A u32 that is kept out of the text. Views of one tensor with the same `alike` share it; by default it is this view's own. */
  dim(what: string, value: number, alike?: string): string;
}

/** WGSL that prepares a read at the position z, row, c (a slot of four columns of the view), and the slot's value. */
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

/** Storage of values in fewer bytes. Part of the op, so that other pages do not carry it. */
export interface Packing {
  readonly dtype: StoredType["dtype"];
  /** The WGSL type of a slot. */
  readonly slot: string;
  /** A module's text in which loads from the buffer unpack and stores into it pack. */
  applyTo(text: string, buffer: string): string;
}

/** What a custom kernel sees of its node. */
export interface CustomNode<A> extends TensorType {
  readonly op: { readonly name: string };
  readonly inputs: readonly TensorType[];
  readonly attrs: A;
}

/** The module that a custom kernel becomes. */
export interface CustomModule {
  /** The variable of an input's buffer. */
  read(input: TensorType): string;
  /** The variable of the output's buffer. */
  write(output: TensorType): string;
  /** Declares such a variable under another name, as an array of this type. */
  rename(variable: string, name: string, type: string): void;
  /** Further fields of `D`, the u32 values of a dispatch. */
  declare(dims: Readonly<Record<string, number>>): void;
}

/** What a custom kernel may depend on besides its node. */
export interface CustomTarget {
  readonly software: boolean;
  /** Whether the four invocations of a quad should exchange values here. */
  readonly quads?: boolean;
}

/** The operands of a custom kernel that computes them itself. */
export interface ComputedOperands {
  /** WGSL that reads, at a position z, row, c of a shape with fewer rows, the value common to all the rows that it stands for. */
  before(shape: Shape): readonly string[];
  /**
   * WGSL that computes the operands at the position z, row, c (the slot with this index), and stores those that other kernels
   * read.
   */
  here(index: string): readonly string[];
  /** The variable of an operand. */
  name(operand: number): string;
}

/**
 * A custom kernel's entry point and its needs: the counts of its lines `//#for i in N`, texts and flags, and the number of
 * workgroups.
 */
export interface CustomText {
  readonly file: string;
  readonly values: Readonly<Record<string, number | string | boolean>>;
  readonly workgroups: readonly [x: number, y: number];
  /** Whether it exchanges values within quads. */
  readonly quads?: boolean;
  /** Whether its arrays are declared with their lengths. */
  readonly sized?: boolean;
}

/** How an op is computed: its family of kernels, as data. `fuse` and the renderer read it; they know nothing else about an op. */
export type KernelSpec<A> =
  /** Provided from outside: data, state. */
  | { readonly kind: "storage" }
  /** An expression of its operands at one position; fused into the kernel that computes an operand. */
  | {
      readonly kind: "pointwise";
      /** The expression's WGSL, from those of its operands at the position. */
      wgsl(args: readonly string[], attrs: A, at: Location): string;
      /** Functions that the expression may call by name; a module contains those that are used. */
      functions?(attrs: A): readonly WgslFunction[];
      /** Names of the u32 step scalars that the expression reads. */
      steps?(attrs: A): readonly string[];
      /**
       * Marks an input [R, 1, 1] at this place where the condition holds in a lane: the second lane of its replica's slot becomes
       * the step's place in the ring of losses, counted from 1. All marks made in one step write the same number.
       */
      readonly marks?: {
        readonly input: number;
        /** The condition, as WGSL of the inputs' expressions: a vec4<bool>. */
        when(args: readonly string[]): string;
      };
      /**
       * The parts of the position that the expression depends on: it can be computed anywhere over the same rows, or rows and
       * columns.
       */
      readonly uses?: "row" | "slot";
      /** How the results lie in memory where all who read them load whole slots of them. */
      packing?(): Packing;
    }
  /** The input's elements at other places. A kernel reads the input directly: nothing is copied. */
  | {
      readonly kind: "view";
      /** The read at a position. */
      read(site: ViewSite, attrs: A): ViewRead;
      /** `rows`: it reads, column by column, a row given by another input, so it can be computed anywhere over the same rows. */
      readonly uses?: "row";
      /** Whether, with a single row, it can be read at every row of a domain. */
      repeats?(attrs: A, shape: Shape): boolean;
    }
  /** Folds along one axis, then an expression at each element (softmax and similar). Takes a fused epilogue. */
  | {
      readonly kind: "along";
      /** The axis of the folds. */
      axis(attrs: A, shape: Shape): number;
      readonly folds: readonly Fold[];
      /** The expression's WGSL, from the operands at an element and the results of the folds. */
      wgsl(args: readonly string[], folds: readonly string[]): string;
      /** The result is scaled by a fold, so errors are relative to the fold's largest value. */
      readonly normalises?: boolean;
    }
  /** A batched matrix product; the epilogue takes fused pointwise nodes. */
  | { readonly kind: "matmul" }
  /** One of a convolution's three products, an implicit matrix product; takes a fused epilogue. */
  | { readonly kind: "conv" }
  /** The largest value or the mean of each window of an image, or the gradient; takes a fused epilogue. */
  | { readonly kind: "pool"; readonly combine: "max" | "mean" }
  /** Sum or maximum over axes; takes a fused prologue and epilogue. */
  | { readonly kind: "reduce"; readonly combine: "sum" | "max" }
  /** A value for each row of logits and its label (cross entropy and similar), in one pass over the row's slots. */
  | { readonly kind: "rows" }
  /** For each row of the result, the first place that holds an index; nothing is fused with it. */
  | { readonly kind: "search" }
  /** Sums over lists of places; takes views and constants as its terms, and a fused epilogue. */
  | { readonly kind: "scatter" }
  /** A user's WGSL, made by `customKernel`: one dispatch, and nothing is fused with it. */
  | {
      readonly kind: "custom";
      /** Terms per sum, which bounds the rounding error; 1 by default. */
      terms?(inputs: readonly TensorType[], attrs: A): number;
      /**
       * Whether it computes its pointwise operands itself, including those that only they need; it stores those that other
       * kernels read.
       */
      readonly computes?: boolean;
      /** Writes the kernel into its module. */
      render(
        module: CustomModule,
        node: CustomNode<A>,
        target: CustomTarget,
        operands: ComputedOperands,
      ): CustomText;
    }
  /** Two values of the same position side by side: each is written to its place by the kernel that has it. */
  | { readonly kind: "beside" }
  /** Writes a value into the state that it replaces. */
  | { readonly kind: "assign" };
