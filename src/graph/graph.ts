import type { Activation } from "../activations/activation.ts";
import { ActigradError } from "../core/errors.ts";
import {
  type DType,
  type Shape,
  type TensorType,
  checkShape,
  elements,
  formatType,
  sameShape,
} from "../core/shape.ts";
import { isSame } from "../core/same.ts";
import type { KernelSpec } from "./kernel-spec.ts";

/** The scalars of one step, by name: one value, or one per replica. */
export type StepValues = Readonly<Record<string, number | readonly number[]>>;

/** One value of a computation: an op applied to other nodes. Immutable; a node's inputs come before it in its graph. */
export interface Node<A = unknown> extends TensorType {
  readonly graph: Graph;
  readonly id: number;
  readonly op: Op<A>;
  readonly attrs: A;
  readonly inputs: readonly Node[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** A name for people: a parameter's name, a layer's. */
  readonly label: string;
  /** The part of the forward pass whose values backward recomputes instead of keeping them; "" where it keeps them. */
  readonly segment: string;
  /** Set for a node that computes a value again: it is not computed before the node of this id would be. */
  readonly after?: number;
}

/** What a `vjp` emits by where that is to be differentiated again (see `grad`). */
export interface Higher {
  /** g f'(x, ...params) in ops that have a derivative; undefined where f' is 0 everywhere. */
  timesSlope(g: Node, record: Activation, inputs: readonly Node[]): Node | undefined;
  /** A weight without its last row, the bias. */
  withoutBias(weight: Node): Node;
}

/**
 * What the backward pass reads of a node: its value and those of its operands. They are the node's own, or recomputed from them.
 */
export interface Saved<A = unknown> {
  readonly attrs: A;
  readonly inputs: readonly Node[];
  readonly output: Node;
}

/** A node's own value and operands, for a `vjp`. */
export const savedOf = <A>(node: Node<A>): Saved<A> => ({
  attrs: node.attrs,
  inputs: node.inputs,
  output: node,
});

/** A part of the forward pass whose values backward recomputes (see `segmentOf`). */
export interface Segment {
  readonly name: string;
  /** What `vjp`s read instead of the nodes up to `loss`. It comes with segments, so that a page without them has no such pass. */
  readonly saved: (graph: Graph, loss: Node) => (node: Node) => Saved;
}

/** What a reference computes with; data that only a gather reads may stay in its own type. */
export type RefArray = Float64Array | Float32Array | Uint32Array | Uint8Array;

/** A tensor of the CPU reference: row-major, no padding. Every op's result is float64. */
export interface RefTensor {
  readonly shape: Shape;
  readonly data: RefArray;
}

/** The float64 meaning of a pointwise op, written independently of its kernel: the value at one position. */
interface Pointwise<A> {
  reference(args: readonly number[], attrs: A): number;
}
/** The float64 meaning of any op: its value from those of its inputs; `step` holds the step's scalars. */
interface Whole<A> {
  evaluate(inputs: readonly RefTensor[], node: Node<A>, step: StepValues): RefTensor;
}

/** An op's meaning in float64: a function of the inputs' values at one position, or of the whole tensors. */
export type Reference<A = unknown> = Pointwise<A>["reference"] | Whole<A>;

/** Everything the engine knows about an op: one record in one file, a user's made by `defineOp`. */
export interface Op<A = unknown> {
  /** For people: two ops of one name are two ops. */
  readonly name: string;
  /** The result's type, or a typed error that says what does not fit. */
  shape(inputs: readonly TensorType[], attrs: A): { shape: Shape; dtype: DType };
  /** Emits the nodes of each input's cotangent; undefined where an input has none. Absent: not differentiable. */
  vjp?(saved: Saved<A>, cotangent: Node, higher?: Higher): readonly (Node | undefined)[];
  /** Attributes as text, for people; JSON by default. */
  key?(attrs: A): string;
  /** Floating-point operations of one evaluation, for traces; by default one per element. */
  flops?(node: Node<A>): number;
  readonly kernel: KernelSpec<A>;
  /** Checks compare the kernel with it; the engine's own ops keep theirs apart (see `defineReference`). */
  readonly reference?: Reference<A>;
}

/**
 * What is computed, in ops: an append-only list of nodes. Equal nodes (same op, equal attributes, same inputs) are one node.
 * Effects are `assign` nodes; what else is wanted is named in `outputs`.
 */
export class Graph {
  readonly nodes: Node[] = [];
  /** Values to keep for reading, by name. */
  readonly outputs = new Map<string, Node>();
  readonly #known = new Map<string, Node[]>();
  readonly #ops = new Map<unknown, number>();
  /** Whether what is declared again is what was declared. */
  tying = false;
  /** What backward reads; undefined where nothing is recomputed. */
  saved: Segment["saved"] | undefined;
  #scope = "";
  #segment = "";
  #after: number | undefined;

  /** Appends a node, or returns the equal one that is already there. @throws ActigradError "shape" from the op's rule. */
  add<A>(op: Op<A>, inputs: readonly Node[], attrs: A, label = ""): Node<A> {
    for (const input of inputs) {
      if (input.graph !== this) {
        throw new ActigradError("shape", `${op.name}: an input belongs to another graph`, {
          hint: "build every node of one computation in one Graph",
        });
      }
    }
    const again = this.#after === undefined ? "" : `again ${this.#after} `;
    if (!this.#ops.has(op)) this.#ops.set(op, this.#ops.size);
    const key = `${again}${this.#ops.get(op)}(${inputs.map((n) => n.id).join(",")})${op.key?.(attrs) ?? ""}`;
    const alike = this.#known.get(key) ?? [];
    const known = alike.find((node) => isSame(node.attrs, attrs));
    if (known !== undefined) return known as Node<A>;
    const { shape, dtype } = op.shape(inputs, attrs);
    checkShape(op.name, shape);
    const name = label === "" ? this.#scope : label;
    const node: Node<A> = {
      graph: this,
      id: this.nodes.length,
      op,
      attrs,
      inputs,
      shape,
      dtype,
      label: name,
      segment: this.#segment,
      ...(this.#after !== undefined && { after: this.#after }),
    };
    this.#known.set(key, [...alike, node]);
    this.nodes.push(node);
    return node;
  }

  /** Labels every node made inside `build` with a layer's name, so that errors and traces can speak of it. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = name;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /** Makes nodes whose values backward recomputes: it keeps what comes into the segment, and what leaves it. */
  segment<T>({ name, saved }: Segment, build: () => T): T {
    const outer = this.#segment;
    this.#segment = name;
    this.saved = saved;
    try {
      return build();
    } finally {
      this.#segment = outer;
    }
  }

  /**
   * Makes nodes that compute again what equal nodes have computed, and no sooner than the nodes made from `after` on:
   * they are not one with those.
   */
  again<T>(after: number, build: () => T): T {
    const outer = this.#after;
    this.#after = after;
    try {
      return build();
    } finally {
      this.#after = outer;
    }
  }

  /** What states that are declared inside are those of the same name that are there already: a model applied once more. */
  tied<T>(build: () => T): T {
    const outer = this.tying;
    this.tying = true;
    try {
      return build();
    } finally {
      this.tying = outer;
    }
  }

  /** Names a value to keep for reading. */
  output(name: string, node: Node): void {
    this.outputs.set(name, node);
  }

  /** The nodes that effects and outputs need, in order. */
  live(): Node[] {
    const needed = new Set<Node>(this.outputs.values());
    for (const node of this.nodes) if (node.op.kernel.kind === "assign") needed.add(node);
    for (const node of this.nodes.toReversed()) {
      if (needed.has(node)) for (const input of node.inputs) needed.add(input);
    }
    return this.nodes.filter((node) => needed.has(node));
  }
}

/** Floating-point operations of one evaluation of a node. */
export const flopsOf = (node: Node): number => node.op.flops?.(node) ?? elements(node.shape);

/** A pointwise node that reads no tensor (constants, step scalars, row masks, and what is computed from them). */
export const isFree = (node: Node): boolean =>
  node.op.kernel.kind === "pointwise" && node.inputs.every(isFree);

/**
 * Holds what a user's record gave to what was asked of it: a node of `like`'s graph, and of its shape unless `fits` says
 * otherwise.
 * @throws ActigradError "option" for what is no such node, "shape" for another shape
 */
export function checkNode(what: string, given: unknown, like: Node, fits?: (shape: Shape) => boolean): void {
  if (typeof given !== "object" || given === null || (given as Node).graph !== like.graph) {
    throw new ActigradError("option", `${what} must return a node of its graph, got ${typeof given}`, {
      hint: "build it from its arguments with functions of actigrad/ops",
    });
  }
  const node = given as Node;
  if (fits === undefined ? sameShape(node.shape, like.shape) : fits(node.shape)) return;
  throw new ActigradError("shape", `${what} returned ${formatType(node)} for ${formatType(like)}`);
}
