/** Layers in sequence: shared by whole models and blocks of layers. */
import { ActigradError } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";
import type { Graph, Node, Segment } from "../graph/graph.ts";
import type { Families } from "../compile/kernels/family.ts";
import { buildActivation } from "./activation.ts";
import { type BuildContext, type Layer, type Parameter, type Part, featuresOf, unitsFor } from "./layer.ts";

/** For each layer of a chain, the segment that backward recomputes; undefined keeps the layer's values. */
export type Segments = readonly (Segment | undefined)[];

/** A layer's result, with its name and its declared tensors. */
export interface BuiltLayer {
  readonly name: string;
  readonly title: string;
  readonly output: Node;
  readonly parameters: readonly Parameter[];
}

/** @throws ActigradError "option" for a part that is neither a layer nor a function that makes one */
export const toLayers = (parts: readonly Part[]): readonly Layer[] =>
  parts.map((part, i) => {
    let layer: unknown = part;
    let cause: unknown;
    try {
      if (typeof part === "function") layer = part();
    } catch (error) {
      if (error instanceof ActigradError) throw error;
      cause = error; // a function of numbers or nodes that throws when called without arguments
    }
    if (typeof (layer as Partial<Layer> | undefined)?.build === "function") return layer as Layer;
    const got = typeof part === "function" ? "a function that returns none" : typeof part;
    throw new ActigradError("option", `layer ${i} must be a layer or a function that makes one, got ${got}`, {
      hint: "make a layer with defineLayer, an activation with defineActivation or formula",
      cause,
    });
  });

/** The build context of a graph in which nothing is declared yet. */
export const buildContext = (
  graph: Graph,
  replicas: number,
  training: boolean,
): Omit<BuildContext, "name"> => ({
  graph,
  replicas,
  training,
  next: undefined,
  parameters: [],
  updates: [],
  activation(layer, x) {
    return buildActivation(this, layer, x);
  },
});

/**
 * Builds layers in sequence, named `${prefix}0`, `${prefix}1`, ...; `next` is the layer after the last.
 * @param segments for each layer, the segment that is recomputed in backward; undefined for none
 */
export function buildChain(
  layers: readonly Layer[],
  context: Omit<BuildContext, "name">,
  prefix: string,
  x: Node,
  segments: Segments = [],
): BuiltLayer[] {
  let node = x;
  return layers.map((layer, i) => {
    const name = `${prefix}${i}`;
    const next = layers[i + 1] ?? context.next;
    const build = (): Node => context.graph.scope(name, () => layer.build({ ...context, name, next }, node));
    const before = context.parameters.length;
    node = segments[i] === undefined ? build() : context.graph.segment(segments[i], build);
    return { name, title: layer.title, output: node, parameters: context.parameters.slice(before) };
  });
}

/** Properties that a chain takes over from its layers. */
export function chainNeeds(
  layers: readonly Layer[],
): Required<Pick<Layer, "kernels">> & Pick<Layer, "toRows"> {
  const toRows = layers.find((layer) => layer.toRows)?.toRows;
  const kernels: Families = Object.assign({}, ...layers.map((layer) => layer.kernels));
  return { kernels, ...(toRows && { toRows }) };
}

/**
 * Numbers per sample that go in, as the first layer with a fixed size says. @throws ActigradError "option" if no layer fixes it
 */
export function chainInputs(layers: readonly Layer[]): number {
  const first = layers.findIndex((layer) => layer.inputs !== undefined);
  if (first < 0) {
    throw new ActigradError("option", "sequential: no layer states its number of inputs", {
      hint: "start with one that does, such as linear(784, 10) or unflatten([1, 28, 28])",
    });
  }
  return layers.slice(0, first).reduceRight((n, layer) => unitsFor(layer, n), layers[first]!.inputs!);
}

/** The shape of an output sample, in PyTorch's order. @throws ActigradError that names the failing layer */
export function chainShape(layers: readonly Layer[], sample: Shape, prefix: string): Shape {
  let shape = sample;
  for (const [i, layer] of layers.entries()) {
    try {
      shape = shapeAfter(layer, layers[i - 1], shape);
    } catch (error) {
      throw error instanceof ActigradError ? named(error, `layer ${prefix}${i}, ${layer.title}`) : error;
    }
  }
  return shape;
}

function shapeAfter(layer: Layer, before: Layer | undefined, shape: Shape): Shape {
  if (layer.sampleShape !== undefined) return layer.sampleShape(shape);
  const [features = 1, ...places] = shape;
  if (layer.inputs !== undefined && places.length > 1) {
    throw new ActigradError("shape", `it expects a feature vector, got an image [${shape.join(",")}]`, {
      hint: "put flatten() before it",
    });
  }
  if (layer.inputs !== undefined && layer.inputs !== features) {
    throw new ActigradError("shape", `${before?.title ?? "the input"} is followed by ${layer.title}`, {
      hint: `it outputs ${features} features, ${layer.inputs} are expected`,
    });
  }
  return [featuresOf(layer, features), ...places];
}

/** The same error with the layer prepended to its message, unless already there. */
function named({ code, message, hint, details }: ActigradError, layer: string): ActigradError {
  const bare = hint === undefined ? message : message.slice(0, -hint.length - 2);
  const text = bare.startsWith("layer ") ? bare : `${layer}: ${bare}`;
  return new ActigradError(code, text, { ...details, ...(hint === undefined ? {} : { hint }) });
}
