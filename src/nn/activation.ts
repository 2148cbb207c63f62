import type { ActivationLayer, LearnedTensor } from "../activations/activation.ts";
import { streamOf } from "../core/random.ts";
import type { Shape } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { activation } from "../graph/ops/activation.ts";
import { state } from "../graph/ops/source.ts";
import { rowOf } from "../graph/ops/row.ts";
import type { BuildContext } from "./layer.ts";

/** Appends an activation layer's nodes, and declares its trained parameters. */
export const buildActivation = (context: BuildContext, layer: ActivationLayer, x: Node): Node =>
  activation(layer.activation, x, paramNodes(context, layer, x.shape));

/**
 * An activation's parameters, shaped for x: states if they are trained or held, random numbers drawn in training, or constants.
 */
export function paramNodes(
  context: BuildContext,
  layer: ActivationLayer,
  shape: Shape,
): Record<string, Node | number> {
  const drawn = context.training ? drawnParams(layer, context, shape) : {};
  const trained = declare(context, layer, layer.tensors?.(shape) ?? []);
  return { ...layer.params, ...drawn, ...trained };
}

/** Appends the states of the trained and held parameters. */
function declare(
  { graph, replicas, name, parameters }: BuildContext,
  { activation: record, params: start }: ActivationLayer,
  tensors: readonly LearnedTensor[],
): Record<string, Node> {
  const trained: Record<string, Node> = {};
  for (const { size, params, views, init, held } of tensors) {
    const names = params.map((param) => param.name);
    const node = state(graph, `${name}.${names.join("+")}`, [replicas, ...size], held);
    const named = views.map((view) => ({ ...view, name: `${name}.${view.name}` }));
    const about = { layer: name, record, params: names, start };
    parameters.push({ node, views: named, init, weightDecay: false, activation: about });
    for (const [row, { name: param, constraint }] of params.entries()) {
      const value = params.length === 1 ? node : rowOf(node, row);
      trained[param] =
        constraint === undefined ? value : activation(constraint.of.activation, value, constraint.of.params);
    }
  }
  return trained;
}

/** In training, replaces the two ends of a range by a random number between them for each element. */
function drawnParams(
  { activation: { drawn }, params }: ActivationLayer,
  { graph, name }: BuildContext,
  shape: Shape,
): Record<string, Node> {
  if (drawn === undefined) return {};
  const [low, high] = drawn.between;
  const about = { shape: [1, ...shape.slice(1)], stream: streamOf(`${name}.noise`) };
  const node = graph.add(drawn.noise, [], { low: params[low]!, high: params[high]!, ...about });
  return { [low]: node, [high]: node };
}
