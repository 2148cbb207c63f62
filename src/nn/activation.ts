import type { ActivationLayer } from "../activations/activation.ts";
import { streamOf } from "../core/random.ts";
import { type Shape, elements } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { activation } from "../graph/ops/activation.ts";
import { noise } from "../graph/ops/noise.ts";
import { state } from "../graph/ops/source.ts";
import { rowOf } from "../graph/ops/row.ts";
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
  const drawn = context.training ? drawnParams(layer, context, shape) : {};
  const trained = layer.learned.length === 0 ? {} : declare(context, layer, shape);
  return { ...layer.params, ...drawn, ...trained };
}

/**
 * The trained parameters, each one number or one a feature, which start at their values. All lie in one tensor
 * [R, parameters, 1, ..., 1 or C], for a kernel binds few; files and people see each by its name.
 */
function declare(
  { graph, replicas, name, parameters }: BuildContext,
  { activation: record, params, learned, perChannel }: ActivationLayer,
  shape: Shape,
): Record<string, Node> {
  const each = perChannel ? shape.at(-1)! : 1;
  const size = [learned.length, ...shape.slice(2, -1).map(() => 1), each];
  const node = state(graph, `${name}.${learned.length === 1 ? learned[0]! : "learned"}`, [replicas, ...size]);
  parameters.push({
    node,
    views: learned.map((param, p) => ({
      name: `${name}.${record.params[param]!.learnedAs ?? param}`,
      shape: [each],
      index: (i) => p * each + i,
    })),
    init: () =>
      Float32Array.from({ length: elements(size) }, (_, i) => params[learned[Math.floor(i / each)]!]!),
    weightDecay: false,
  });
  if (learned.length === 1) return { [learned[0]!]: node };
  return Object.fromEntries(learned.map((param, p) => [param, rowOf(node, p)]));
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
