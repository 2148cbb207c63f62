import { ActigradError } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import type { Graph, Node } from "../graph/graph.ts";
import type { Families } from "../compile/kernels/family.ts";
import {
  type BuiltLayer,
  buildChain,
  buildContext,
  chainInputs,
  chainNeeds,
  chainShape,
  toLayers,
  type Segments,
} from "./chain.ts";
import type { Layer, Parameter, Part, Update } from "./layer.ts";

/** What a model adds to a graph. */
export interface BuiltModel {
  readonly output: Node;
  readonly parameters: readonly Parameter[];
  readonly updates: readonly Update[];
  /** Each layer's result, in order, with its name. */
  readonly layers: readonly BuiltLayer[];
}

/** A chain of layers. It holds no values: a trainer keeps those on the device, one set per replica. */
export interface Model {
  readonly layers: readonly Layer[];
  /** Numbers per sample, in and out. */
  readonly inputs: number;
  readonly outputs: number;
  /** The kernel families that its layers need. */
  readonly kernels: Families;
  /**
   * Appends the model's nodes to a graph.
   * @param x f32[1 or R, batch, inputs]
   * @param replicas R, for the parameters
   * @param training true in a training step (default false)
   * @param segments for each layer, the segment that backward recomputes; undefined keeps the layer's values
   * @throws ActigradError "shape" for a batch that a layer cannot take
   */
  build(graph: Graph, x: Node, replicas: number, training?: boolean, segments?: Segments): BuiltModel;
}

/**
 * Layers in sequence: `sequential(linear(784, 64), relu, linear(64, 10))`, where `relu` is short for `relu()`; lists of layers
 * are flattened. A network for images starts with `unflatten([channels, height, width])`.
 * @throws ActigradError "shape" with the layer's place and title if two neighbours do not fit
 */
export function sequential(...parts: readonly (Part | readonly Part[])[]): Model {
  const layers = toLayers(parts.flat());
  const inputs = chainInputs(layers);
  const sample = chainShape(layers, [inputs], "");
  const { kernels, toRows } = chainNeeds(layers);
  if (sample.length > 1 && toRows === undefined) {
    throw new ActigradError("shape", `sequential: images [${sample.join(",")}] leave it, in no known order`, {
      hint: "give the layer that makes them a toRows, such as flatten of actigrad/ops",
    });
  }
  return {
    layers,
    inputs,
    outputs: elements(sample),
    kernels,
    build(graph, x, replicas, training = false, segments = []) {
      const context = buildContext(graph, replicas, training);
      const { parameters, updates } = context;
      const built = buildChain(layers, context, "", x, segments);
      const last = built.at(-1)!.output;
      return { output: toRows?.(last) ?? last, parameters, updates, layers: built };
    },
  };
}
