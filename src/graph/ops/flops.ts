/**
 * Floating-point operations as reported to people; plans, which only compare dispatches, count one per element for activations.
 */
import { activationParamGrad } from "../../activations/forms.ts";
import type { Activation } from "../../activations/activation.ts";
import { operationsOf } from "../../activations/operations.ts";
import { elements } from "../../core/shape.ts";
import { type Node, flopsOf } from "../graph.ts";
import { activationGrad, activationOp } from "./activation.ts";
import { gatedOp } from "./gated.ts";

interface Attrs {
  readonly record: Activation;
  readonly param: string;
}

/** The WGSL that an op evaluates at each element, and the number of products after it. */
const forms = new Map<unknown, (attrs: Attrs) => readonly [form: string, products: number]>([
  [activationOp, ({ record }) => [record.wgsl.f, 0]],
  [activationGrad, ({ record }) => [record.wgsl.dfdx, 1]],
  [activationParamGrad, ({ record, param }) => [record.wgsl.dfdp![param]!, 0]],
  [gatedOp, ({ record }) => [record.wgsl.f, 1]],
]);

/** Floating-point operations of a node; for an activation, those of its WGSL (see `operationsOf`) at each element. */
export function operationsIn(node: Node): number {
  const form = forms.get(node.op)?.(node.attrs as Attrs);
  return form === undefined ? flopsOf(node) : elements(node.shape) * (operationsOf(form[0]) + form[1]);
}
