import { type TensorType, elements } from "../../core/shape.ts";
import type { Executor } from "../../device/executor.ts";
import { keepStates } from "../../device/states.ts";
import type { HostArray } from "../../device/layout.ts";
import type { Node, RefTensor, StepValues } from "../../graph/graph.ts";
import { type Group, groupNodes } from "../../compile/group.ts";
import { assignOp } from "../../graph/ops/assign.ts";
import { type MatmulAttrs, matmulOp, matmulSizes } from "../../graph/ops/matmul.ts";
import type { Dispatch } from "../../compile/plan.ts";
import { type Comparison, compare } from "../float64/compare.ts";
import { evaluate } from "../float64/interpret.ts";

/** One tensor that a dispatch wrote, against the reference on the inputs that the dispatch really had. */
export interface ValidatedTensor extends Comparison {
  /** Index and label of the dispatch. */
  readonly dispatch: number;
  readonly label: string;
  readonly op: string;
  readonly tensor: TensorType;
}

export interface Validation {
  readonly tensors: readonly ValidatedTensor[];
  /** The first that is off, in the order of execution; what comes after it may only follow from it. */
  readonly firstBad: ValidatedTensor | undefined;
}

/**
 * Runs one step dispatch by dispatch, feeds each one's real inputs to the float64 reference of the graph nodes that it
 * implements, and compares what it wrote. Errors of earlier kernels do not count against later ones.
 * All states are put back: weights, moments and everything else are as they were before the step.
 */
export async function validate(executor: Executor, step: StepValues): Promise<Validation> {
  const restore = await keepStates(executor);
  try {
    const tensors = await checkDispatches(executor, step);
    return { tensors, firstBad: tensors.find((t) => !t.pass) };
  } finally {
    restore();
  }
}

async function checkDispatches(executor: Executor, step: StepValues): Promise<ValidatedTensor[]> {
  const tensors: ValidatedTensor[] = [];
  for (const [index, dispatch] of executor.plan.dispatches.entries()) {
    const inputs = new Map<Node, RefTensor>();
    // Read before running: a kernel may replace its inputs.
    for (const { reads, writes } of dispatch.kernel.bindings) {
      const before = reads ?? (writes?.op === assignOp ? writes.inputs[0]! : null);
      if (before !== null) inputs.set(before, tensorOf(before, await executor.readNode(before)));
    }
    executor.runDispatch(index, step);
    const bounds = new Bounds(dispatch.group, inputs, step);
    for (const { writes } of dispatch.kernel.bindings) {
      if (writes === null) continue;
      const got = await executor.readNode(writes);
      tensors.push({ ...describe(index, dispatch, writes), ...bounds.check(writes, got) });
    }
  }
  return tensors;
}

const describe = (dispatch: number, { label }: Dispatch, node: Node) => ({
  dispatch,
  label,
  op: node.op.name,
  tensor: { shape: node.shape, dtype: node.dtype },
});

const tensorOf = (node: Node, data: HostArray): RefTensor => ({ shape: node.shape, data });

/** Rounding of a float32 operation, and how many of them a fused expression may add up. */
const EPSILON = 2 ** -23;
const POINTWISE = 16 * EPSILON;

/**
 * The reference of a group, and how far float32 may be from it. What a sum may be off by (its rounding bound) is carried
 * through the epilogue by evaluating it at both ends: that covers Adam's m / sqrt(v) where the gradient is next to 0,
 * and nothing else is loosened.
 */
class Bounds {
  readonly #group: Group;
  readonly #inputs: ReadonlyMap<Node, RefTensor>;
  readonly #step: StepValues;
  readonly #exact: Map<Node, RefTensor>;
  readonly #ends: readonly Map<Node, RefTensor>[];

  constructor(group: Group, inputs: ReadonlyMap<Node, RefTensor>, step: StepValues) {
    this.#group = group;
    this.#inputs = inputs;
    this.#step = step;
    this.#exact = this.#evaluate(0);
    this.#ends = [this.#evaluate(1), this.#evaluate(-1)];
  }

  check(node: Node, got: HostArray): Comparison {
    const want = this.#exact.get(node)!.data;
    const ends = this.#ends.map((values) => values.get(node)!.data);
    let largest = 0;
    for (const value of want) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
    return compare(got, want, (i) => {
      const moved = Math.max(...ends.map((end) => Math.abs(end[i]! - want[i]!)));
      return { atol: moved + 0.1 * POINTWISE * largest, rtol: POINTWISE };
    });
  }

  /** All nodes of the group, the sums moved to one end of their rounding bounds. */
  #evaluate(end: -1 | 0 | 1): Map<Node, RefTensor> {
    const values = new Map(this.#inputs);
    const value = (node: Node): RefTensor => {
      let known = values.get(node);
      if (known === undefined) {
        known = evaluate(node, node.inputs.map(value), this.#step);
        if (end !== 0 && isSum(node)) known = moved(node, known, node.inputs.map(value), end);
        values.set(node, known);
      }
      return known;
    };
    for (const node of groupNodes(this.#group)) value(node);
    return values;
  }
}

const isSum = (node: Node): boolean =>
  ["matmul", "conv", "reduce", "rows", "scatter"].includes(node.op.kernel.kind) ||
  isDifference(node) ||
  normalises(node);

/** What a norm divides by moves every element: its rounding is that of the largest. */
const normalises = ({ op: { kernel } }: Node): boolean =>
  kernel.kind === "along" && kernel.normalises === true;

/** A gradient along an axis is a difference from a sum, and may be far smaller than what it is the difference of. */
const isDifference = (node: Node): boolean =>
  node.op.kernel.kind === "along" && node.inputs.length > 1 && !normalises(node);

/**
 * A sum of K terms may be off by 2^-23 (4 + sqrt K) times the sum of their magnitudes. A softmax is of order 1 (times its
 * upstream gradient), and so is the rounding of a loss that is close to 0.
 */
function moved(node: Node, value: RefTensor, inputs: readonly RefTensor[], end: number): RefTensor {
  let terms = 4;
  let magnitude = (i: number): number => Math.max(1, Math.abs(value.data[i]!));
  const upstream = inputs[isDifference(node) ? 1 : 2]?.data;
  if (normalises(node)) {
    const largest = Float64Array.from(value.data, Math.abs).reduce((a, b) => Math.max(a, b), 0);
    magnitude = () => largest;
    terms = node.shape.at(-1)!;
  } else if (upstream !== undefined) {
    const largest = Float64Array.from(upstream, Math.abs).reduce((a, b) => Math.max(a, b), 0);
    magnitude = () => largest;
  } else if (node.op.kernel.kind !== "rows") {
    const absolute = inputs.map(({ shape, data }) => ({ shape, data: Float64Array.from(data, Math.abs) }));
    const sums = evaluate(node, absolute, {}).data;
    magnitude = (i) => sums[i]!;
    terms = termsOf(node);
  }
  const factor = end * EPSILON * (4 + Math.sqrt(terms));
  return { shape: value.shape, data: Float64Array.from(value.data, (v, i) => v + factor * magnitude(i)) };
}

/** Terms of each sum of a node. */
function termsOf(node: Node): number {
  if (node.op === matmulOp) return matmulSizes(node.inputs[0]!, node.inputs[1]!, node.attrs as MatmulAttrs).k;
  if (node.op.kernel.kind === "conv") return node.op.flops!(node) / (2 * elements(node.shape));
  if (node.op.kernel.kind === "scatter") return node.inputs[2]!.shape[1]!; // at most all places
  return elements(node.inputs[0]!.shape) / elements(node.shape);
}
