import type { ActivationLayer } from "../activations/activation.ts";
import { streamOf } from "../core/random.ts";
import { type Shape, elements } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { activation } from "../graph/ops/activation.ts";
import { noise } from "../graph/ops/noise.ts";
import { state } from "../graph/ops/source.ts";
import type { BuildContext } from "./layer.ts";

/** Appends the nodes of an activation's layer, and declares what is trained of its parameters. */
export const buildActivation = (context: BuildContext, layer: ActivationLayer, x: Node): Node =>
  activation(layer.activation, x, paramNodes(context, layer, x.shape));

/** An activation's parameters for x of a shape: states where they are trained, numbers drawn in training, or constants. */
export function paramNodes(
  context: BuildContext,
  layer: ActivationLayer,
  shape: Shape,
): Record<string, Node | number> {
  const size = [...shape.slice(1, -1).map(() => 1), layer.perChannel ? shape.at(-1)! : 1];
  const trained = layer.learned.map((name) => [name, declare(context, layer, name, size)] as const);
  const drawn = context.training ? drawnParams(layer, context, shape) : {};
  return { ...layer.params, ...drawn, ...Object.fromEntries(trained) };
}

/** A trained parameter: a state that starts at its value, one number or one a feature. */
function declare(
  { graph, replicas, name, parameters }: BuildContext,
  { activation: record, params }: ActivationLayer,
  param: string,
  size: Shape,
): Node {
  const node = state(graph, `${name}.${param}`, [replicas, ...size]);
  const view = `${name}.${record.params[param]!.learnedAs ?? param}`;
  parameters.push({
    node,
    views: [{ name: view, shape: [elements(size)], index: (i) => i }],
    init: () => new Float32Array(elements(size)).fill(params[param]!),
    weightDecay: false,
  });
  return node;
}

/** In training, the two ends of a range give way to a number drawn between them for each element. */
function drawnParams(
  { activation: { drawn }, params }: ActivationLayer,
  { graph, name }: BuildContext,
  shape: Shape,
): Record<string, Node> {
  if (drawn === undefined) return {};
  const [low, high] = [params[drawn[0]]!, params[drawn[1]]!];
  const node = noise(graph, { low, high, shape: [1, ...shape.slice(1)], stream: streamOf(`${name}.noise`) });
  return { [drawn[0]]: node, [drawn[1]]: node };
}
