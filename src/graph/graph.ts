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
  /** A label for people: the name of a parameter or layer. */
  readonly label: string;
  /** The segment of the forward pass whose values backward recomputes instead of keeping them; "" if it keeps them. */
  readonly segment: string;
  /** Set for a node that recomputes a value: it must not run before the node with this id would. */
  readonly after?: number;
}

/** What a `vjp` uses for results that will be differentiated again (see `grad`). */
export interface Higher {
  /** g f'(x, ...params) in differentiable ops; undefined where f' is 0 everywhere. */
  timesSlope(g: Node, record: Activation, inputs: readonly Node[]): Node | undefined;
  /** A weight without its last row, the bias. */
  withoutBias(weight: Node): Node;
}

/** What the backward pass reads of a node: its value and its operands' values, either the originals or recomputed ones. */
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

/** A segment of the forward pass whose values backward recomputes (see `segmentOf`). */
export interface Segment {
  readonly name: string;
  /** What `vjp`s read instead of the nodes up to `loss`. Part of segments, so that a page without them does not carry it. */
  readonly saved: (graph: Graph, loss: Node) => (node: Node) => Saved;
}

/** Arrays of references; data that only a gather reads may keep its own type. */
export type RefArray = Float64Array | Float32Array | Uint32Array | Uint8Array;

/** A tensor of the float64 reference: row-major, without padding. Every op's result is float64. */
export interface RefTensor {
  readonly shape: Shape;
  readonly data: RefArray;
}

/** The float64 meaning of a pointwise op, written independently of its kernel: the value at one position. */
interface Pointwise<A> {
  reference(args: readonly number[], attrs: A): number;
}
/** The float64 meaning of any op: its value from those of its inputs; `step` has the step's scalars. */
interface Whole<A> {
  evaluate(inputs: readonly RefTensor[], node: Node<A>, step: StepValues): RefTensor;
}

/** An op's meaning in float64: a function of the inputs' values at one position, or of the whole tensors. */
export type Reference<A = unknown> = Pointwise<A>["reference"] | Whole<A>;

/** Everything the engine knows about an op, in one record; users make theirs by `defineOp`. */
export interface Op<A = unknown> {
  /** For people: two ops with the same name remain different. */
  readonly name: string;
  /** The result's type, or a typed error that says what does not fit. */
  shape(inputs: readonly TensorType[], attrs: A): { shape: Shape; dtype: DType };
  /** Emits each input's cotangent; undefined for an input without one. If absent, the op is not differentiable. */
  vjp?(saved: Saved<A>, cotangent: Node, higher?: Higher): readonly (Node | undefined)[];
  /** Attributes as text, for people; JSON by default. */
  key?(attrs: A): string;
  /** Floating-point operations of one evaluation, for traces; by default one per element. */
  flops?(node: Node<A>): number;
  readonly kernel: KernelSpec<A>;
  /** Checks compare the kernel with it; the engine's own ops keep theirs separately (see `defineReference`). */
  readonly reference?: Reference<A>;
}

/**
 * A computation as ops: an append-only list of nodes. Equal nodes (same op, equal attributes, same inputs) are merged. Effects
 * are `assign` nodes; other results are named in `outputs`.
 */
export class Graph {
  readonly nodes: Node[] = [];
  /** Values to keep for reading, by name. */
  readonly outputs = new Map<string, Node>();
  readonly #known = new Map<string, Node[]>();
  readonly #ops = new Map<unknown, number>();
  /** Whether a repeated declaration agrees with the first. */
  tying = false;
  /** What backward reads; undefined if nothing is recomputed. */
  saved: Segment["saved"] | undefined;
  #scope = "";
  #segment = "";
  #after: number | undefined;

  /** Appends a node, or returns an equal existing one. @throws ActigradError "shape" from the op's rule */
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

  /** Labels every node made inside `build` with a layer's name, for errors and traces. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = name;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /** Makes nodes whose values backward recomputes; the segment's inputs and results are kept. */
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
   * Makes nodes that recompute what equal nodes have computed, no sooner than the nodes from `after` on; they are not merged with
   * those.
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

  /** States declared inside refer to existing ones of the same name: a model applied a second time. */
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

/** A pointwise node that reads no tensor: constants, step scalars, row masks, and results of only these. */
export const isFree = (node: Node): boolean =>
  node.op.kernel.kind === "pointwise" && node.inputs.every(isFree);

/**
 * Checks the result of a user's function: it must be a node of `like`'s graph, with its shape unless `fits` says otherwise.
 * @throws ActigradError "option" for anything else, "shape" for another shape
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
