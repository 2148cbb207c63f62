import type { Activation } from "../activations/activation.ts";
import { ActigradError } from "../core/errors.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { activate } from "./activate.ts";
import { type Layer, type Parameter, featuresOf, unitsFor } from "./layer.ts";

/** What a model builds into a graph. */
export interface BuiltModel {
  readonly output: Node;
  readonly parameters: readonly Parameter[];
  /** Each layer's result, in order, with its name. */
  readonly layers: readonly { readonly name: string; readonly title: string; readonly output: Node }[];
}

/** A chain of layers. It holds no values: a trainer keeps those on the device, one set a replica. */
export interface Model {
  readonly layers: readonly Layer[];
  /** Features that the first and the last sized layer fix. */
  readonly inputs: number;
  readonly outputs: number;
  /** @param training true in a training step (default false) */
  build(graph: Graph, x: Node, replicas: number, training?: boolean): BuiltModel;
}

const isLayer = (part: Layer | Activation): part is Layer => "build" in part;

/**
 * Layers one after another. An activation's record stands for its layer: `sequential(linear(784, 64), relu, linear(64, 10))`.
 * @throws ActigradError "shape" when two neighbours do not fit.
 */
export function sequential(...parts: readonly (Layer | Activation)[]): Model {
  const layers = parts.map((part) => (isLayer(part) ? part : activate(part)));
  const { inputs, outputs } = sizesOf(layers);
  return {
    layers,
    inputs,
    outputs,
    build(graph, x, replicas, training = false) {
      const parameters: Parameter[] = [];
      let node = x;
      const built = layers.map((layer, i) => {
        const name = String(i);
        const next = layers[i + 1]?.activation;
        const context = { graph, replicas, name, next, training, parameters };
        node = graph.scope(name, () => layer.build(context, node));
        return { name, title: layer.title, output: node };
      });
      return { output: node, parameters, layers: built };
    },
  };
}

/** Features that go in and come out, from the layers that fix them. */
function sizesOf(layers: readonly Layer[]): { inputs: number; outputs: number } {
  const first = layers.findIndex((layer) => layer.inputs !== undefined);
  if (first < 0) {
    throw new ActigradError("option", "sequential: no layer says how many features come in", {
      hint: "start with one that has weights, such as linear(784, 10)",
    });
  }
  const inputs = layers.slice(0, first).reduceRight((n, layer) => unitsFor(layer, n), layers[first]!.inputs!);
  let outputs = inputs;
  for (const [i, layer] of layers.entries()) {
    if (layer.inputs !== undefined && layer.inputs !== outputs) {
      throw new ActigradError("shape", `sequential: ${layers[i - 1]!.title} is followed by ${layer.title}`, {
        hint: `${outputs} features come out, ${layer.inputs} are expected`,
      });
    }
    outputs = featuresOf(layer, outputs);
  }
  return { inputs, outputs };
}
