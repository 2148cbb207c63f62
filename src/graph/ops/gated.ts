import type { Activation } from "../../activations/activation.ts";
import { broadcast } from "../../core/shape.ts";
import { type Node, type Op, savedOf } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { type ActivationAttrs, activationCall, activationInputs, activationOp } from "./activation.ts";
import { beside, halfOp } from "./beside.ts";
import { mul } from "./pointwise.ts";
import { sumTo } from "./reduce.ts";
import { type ViewAttrs, pick } from "./view.ts";

const partOf = (node: Node): Node =>
  node.op === halfOp ? pick(node.inputs[0]!, node.attrs as ViewAttrs) : node;

/**
 * a f(b, ...params), pointwise. A single node, so that f(b) is not kept for backward but recomputed from b in the kernel that
 * needs it.
 */
export const gatedOp: Op<ActivationAttrs> = engineOp({
  name: "gated",
  shape: (inputs) => ({ shape: broadcast("gated", ...inputs), dtype: "f32" }),
  key: ({ record }) => record.name,
  vjp({ inputs: [a, ...rest], attrs }, g, higher) {
    // A half receives the cotangent of the whole tensor. What is differentiated again reads a part with a cotangent of its own.
    const [from, ...into] = higher === undefined ? [a!, ...rest] : [a!, ...rest].map(partOf);
    const gate = g.graph.add(activationOp, into, attrs);
    const first = sumTo(mul(g, gate), a!.shape);
    const [slope, ...params] = activationOp.vjp!(savedOf(gate), mul(g, from!), higher);
    if (a!.op !== halfOp) return [first, slope, ...params];
    const second = slope ?? mul(first, 0);
    // For two halves of a tensor: the cotangent of the whole tensor.
    const ordered = (a!.attrs as ViewAttrs).start === 0 ? beside(first, second) : beside(second, first);
    return [ordered, undefined, ...params];
  },
  kernel: {
    kind: "pointwise",
    wgsl: ([a, ...rest], { record }) => `(${a} * ${activationCall.wgsl(rest, { record })})`,
    functions: activationCall.functions,
  },
});

/** a f(b): b decides how much of a passes. Parameters as in `activation`. */
export const gated = (
  record: Activation,
  a: Node,
  b: Node,
  params: Readonly<Record<string, Node | number>> = {},
): Node => a.graph.add(gatedOp, [a, ...activationInputs(record, b, params)], { record });

export const gatedReference = defineReference(gatedOp, ([a, b, ...p], { record }) => {
  const names = Object.keys(record.params);
  return a! * record.f(b!, Object.fromEntries(names.map((name, i) => [name, p[i]!])));
});
