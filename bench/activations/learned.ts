/** An activation as a network's layer runs it, forward and backward, with parameters learned by channel or constant. */
import { type Activation, type Gpu, Graph, type Plan, makePlan, planTarget } from "../../src/index.ts";
import { activation, activationOp } from "../../src/graph/ops/activation.ts";
import { assign } from "../../src/graph/ops/assign.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import { buildActivation } from "../../src/nn/activation.ts";
import type { BuildContext, Parameter } from "../../src/nn/layer.ts";

/** Features per row, so each parameter has this many values; a size that they do not divide is one row. */
const CHANNELS = 256;

export const isLearnable = ({ params }: Activation): boolean =>
  Object.values(params).some(({ learnable }) => learnable === true);

/** The tensors x, gy and y that all kernels share, as rows of features; and the learned tensors. */
export interface LayerPlan {
  readonly plan: Plan;
  readonly parameters: readonly Parameter[];
}

/** y, then dx and the parameters' gradients; unfused, as in `kernelPlan`. */
export function layerPlan(gpu: Gpu, record: Activation, elements: number, learned: boolean): LayerPlan {
  const graph = new Graph();
  const features = elements % CHANNELS === 0 ? CHANNELS : elements;
  const shape = [1, elements / features, features];
  const x = data(graph, "x", shape);
  const parameters: Parameter[] = [];
  const context: BuildContext = {
    graph,
    replicas: 1,
    name: record.name,
    next: undefined,
    training: true,
    parameters,
    updates: [],
    activation(layer, input) {
      return buildActivation(this, layer, input);
    },
  };
  const fx = learned ? record({ learn: true, perChannel: true }).build(context, x) : activation(record, x);
  assign(state(graph, "y", shape), fx);
  const saved = { inputs: fx.inputs, output: fx, attrs: fx.attrs as { record: Activation } };
  const [dx, ...others] = activationOp.vjp!(saved, data(graph, "gy", shape));
  graph.output("dx", dx!); // where the layer before left it: a copy is not part of the layer
  for (const [i, gradient] of others.entries())
    if (gradient !== undefined) assign(state(graph, `${record.name}.gradient${i}`, gradient.shape), gradient);
  return { plan: makePlan(graph, planTarget(gpu, { fuse: false })), parameters };
}
