import { type TensorType, elements } from "../../core/shape.ts";
import type { Executor } from "../../device/executor.ts";
import { keepStates } from "../../device/states.ts";
import type { HostArray } from "../../device/layout.ts";
import type { Node, RefTensor, StepValues } from "../../graph/graph.ts";
import { assignOp } from "../../graph/ops/assign.ts";
import { bfloat16Op } from "../../graph/ops/bfloat16.ts";
import { type MatmulAttrs, matmulOp, matmulSizes } from "../../graph/ops/matmul.ts";
import { checkPlan } from "../../compile/make-plan.ts";
import type { Dispatch } from "../../compile/plan.ts";
import { type Comparison, compare } from "../float64/compare.ts";
import { evaluate } from "../float64/interpret.ts";
import { referenceOf } from "../float64/table.ts";

/** A tensor written by a dispatch. */
export interface WrittenTensor {
  /** Index and label of the dispatch. */
  readonly dispatch: number;
  readonly label: string;
  readonly op: string;
  readonly tensor: TensorType;
}

/** One tensor written by a dispatch, compared with the reference on the dispatch's actual inputs. */
export interface ValidatedTensor extends WrittenTensor, Comparison {}

/** A tensor that cannot be checked. */
export interface UncheckedTensor extends WrittenTensor {
  /** The ops without a float64 reference that the dispatch uses for it. */
  readonly missing: readonly string[];
}

/** Result of `validate`: each tensor of a step next to its value in float64. */
export interface Validation {
  readonly tensors: readonly ValidatedTensor[];
  /** The first tensor that differs, in execution order; later ones may only follow from it. */
  readonly firstBad: ValidatedTensor | undefined;
  /** What could not be checked, because a user's op has no `reference`. */
  readonly unchecked: readonly UncheckedTensor[];
}

/**
 * Runs one step dispatch by dispatch, gives each dispatch's actual inputs to the float64 reference of the graph nodes that it
 * implements, and compares the results. Errors of earlier kernels do not count against later ones. The plan is checked first (see
 * `checkPlan`). Restores all states: weights, moments and everything else are as before the step. Results that depend on an op
 * without a reference are listed as unchecked; kernels that read them are checked on them.
 */
export async function validate(executor: Executor, step: StepValues): Promise<Validation> {
  checkPlan(executor.plan);
  const restore = await keepStates(executor);
  try {
    const found = await checkDispatches(executor, step);
    return { ...found, firstBad: found.tensors.find((t) => !t.pass) };
  } finally {
    restore();
  }
}

async function checkDispatches(
  executor: Executor,
  step: StepValues,
): Promise<Pick<Validation, "tensors" | "unchecked">> {
  const tensors: ValidatedTensor[] = [];
  const unchecked: UncheckedTensor[] = [];
  for (const [index, dispatch] of executor.plan.dispatches.entries()) {
    const inputs = new Map<Node, RefTensor>();
    // Read before running: a kernel may replace its inputs.
    for (const { reads, writes } of dispatch.kernel.bindings) {
      const before = reads ?? (writes?.op === assignOp ? writes.inputs[0]! : null);
      if (before !== null) inputs.set(before, tensorOf(before, await executor.readNode(before)));
    }
    executor.runDispatch(index, step);
    const written = new Map<Node, HostArray>();
    for (const { writes } of dispatch.kernel.bindings) {
      if (writes === null) continue;
      const got = await executor.readNode(writes);
      if (referenceOf(writes.op) !== undefined) written.set(writes, got);
      else {
        unchecked.push({ ...describe(index, dispatch, writes), missing: [writes.op.name] });
        inputs.set(writes, tensorOf(writes, got));
      }
    }
    const bounds = new Bounds(inputs, step);
    for (const [node, got] of written) {
      const missing = missingFor(node, inputs);
      const described = describe(index, dispatch, node);
      if (missing.length > 0) unchecked.push({ ...described, missing });
      else tensors.push({ ...described, ...bounds.check(node, got) });
    }
  }
  return { tensors, unchecked };
}

/** The ops without a reference between known values and a node. */
function missingFor(node: Node, known: ReadonlyMap<Node, RefTensor>): string[] {
  const missing = new Set<string>();
  const seen = new Set<Node>(known.keys());
  const visit = (one: Node): void => {
    if (seen.has(one)) return;
    seen.add(one);
    if (referenceOf(one.op) === undefined) missing.add(one.op.name);
    one.inputs.forEach(visit);
  };
  visit(node);
  return [...missing];
}

const describe = (dispatch: number, { label }: Dispatch, node: Node) => ({
  dispatch,
  label,
  op: node.op.name,
  tensor: { shape: node.shape, dtype: node.dtype },
});

const tensorOf = (node: Node, data: HostArray): RefTensor => ({ shape: node.shape, data });

/** Rounding of a float32 operation, and how many of them a fused expression may accumulate. */
const EPSILON = 2 ** -23;
const POINTWISE = 16 * EPSILON;

/** Next to a tie, the last digit of float32 decides which of two neighbouring bfloat16 a value is rounded to. */
const NEIGHBOURS = 2 ** -7;

/**
 * The reference of a dispatch's result, and its allowed error. A sum's rounding bound is carried through the epilogue by
 * evaluating it at both ends. This covers Adam's m / sqrt(v) where the gradient is close to 0, without loosening anything else.
 */
class Bounds {
  readonly #exact: (node: Node) => RefTensor;
  readonly #ends: readonly ((node: Node) => RefTensor)[];

  constructor(inputs: ReadonlyMap<Node, RefTensor>, step: StepValues) {
    this.#exact = valuesAt(0, inputs, step);
    this.#ends = [valuesAt(1, inputs, step), valuesAt(-1, inputs, step)];
  }

  check(node: Node, got: HostArray): Comparison {
    const want = this.#exact(node).data;
    const ends = this.#ends.map((value) => value(node).data);
    let largest = 0;
    for (const value of want) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
    return compare(got, want, (i) => {
      const moved = Math.max(...ends.map((end) => Math.abs(end[i]! - want[i]!)));
      return {
        atol: moved + 0.1 * POINTWISE * largest,
        rtol: node.op === bfloat16Op ? NEIGHBOURS : POINTWISE,
      };
    });
  }
}

/** Values from these inputs, with the sums moved to one end of their rounding bounds. */
function valuesAt(
  end: -1 | 0 | 1,
  inputs: ReadonlyMap<Node, RefTensor>,
  step: StepValues,
): (node: Node) => RefTensor {
  const values = new Map(inputs);
  const value = (node: Node): RefTensor => {
    let known = values.get(node);
    if (known === undefined) {
      known = evaluate(node, node.inputs.map(value), step);
      if (end !== 0 && isSum(node)) known = moved(node, known, node.inputs.map(value), end);
      values.set(node, known);
    }
    return known;
  };
  return value;
}

const isSum = (node: Node): boolean =>
  ["matmul", "conv", "reduce", "rows", "scatter", "custom"].includes(node.op.kernel.kind) ||
  isDifference(node) ||
  normalises(node);

/** A norm's divisor moves every element, so its rounding is that of the largest. */
const normalises = ({ op: { kernel } }: Node): boolean =>
  kernel.kind === "along" && kernel.normalises === true;

/** A gradient along an axis is a difference from a sum, and may be far smaller than its terms. */
const isDifference = (node: Node): boolean =>
  node.op.kernel.kind === "along" && node.inputs.length > 1 && !normalises(node);

/**
 * A sum of K terms may be off by 2^-23 (4 + sqrt K) times the sum of their magnitudes. A softmax is of order 1 (times its
 * upstream gradient), and so is the rounding of a loss close to 0.
 */
function moved(node: Node, value: RefTensor, inputs: readonly RefTensor[], end: number): RefTensor {
  let terms = 4;
  let magnitude = (i: number): number => Math.max(1, Math.abs(value.data[i]!));
  const { kernel } = node.op;
  const upstream = kernel.kind === "custom" ? undefined : inputs[isDifference(node) ? 1 : 2]?.data;
  if (normalises(node)) {
    const largest = Float64Array.from(value.data, Math.abs).reduce((a, b) => Math.max(a, b), 0);
    magnitude = () => largest;
    terms = node.shape.at(-1)!;
  } else if (upstream !== undefined) {
    const largest = Float64Array.from(upstream, Math.abs).reduce((a, b) => Math.max(a, b), 0);
    magnitude = () => largest;
  } else if (kernel.kind !== "rows") {
    const absolute = inputs.map(({ shape, data }) => ({ shape, data: Float64Array.from(data, Math.abs) }));
    const sums = evaluate(node, absolute, {}).data;
    magnitude = (i) => sums[i]!;
    terms = termsOf(node);
  }
  const factor = end * EPSILON * (4 + Math.sqrt(terms));
  return { shape: value.shape, data: Float64Array.from(value.data, (v, i) => v + factor * magnitude(i)) };
}

/** Terms per sum of a node. */
function termsOf(node: Node): number {
  const { kernel } = node.op;
  if (kernel.kind === "custom") return kernel.terms?.(node.inputs, node.attrs) ?? 1;
  if (node.op === matmulOp) return matmulSizes(node.inputs[0]!, node.inputs[1]!, node.attrs as MatmulAttrs).k;
  if (node.op.kernel.kind === "conv") return node.op.flops!(node) / (2 * elements(node.shape));
  if (node.op.kernel.kind === "scatter") return node.inputs[2]!.shape[1]!; // at most all places
  return elements(node.inputs[0]!.shape) / elements(node.shape);
}
