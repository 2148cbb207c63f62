import { ActigradError } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { segmentOf } from "../graph/recompute.ts";
import { add } from "../graph/ops/pointwise.ts";
import { place } from "../graph/ops/view.ts";
import { buildChain, chainInputs, chainNeeds, chainShape, toLayers } from "./chain.ts";
import type { BuildContext, Layer, Part } from "./layer.ts";

/** Layers one after another. */
export type Parts = readonly Part[];

/** Result of a chain; x itself if the chain is empty. Inner layers are named `${name}.${branch}.0` and so on. */
const outputOf = (layers: readonly Layer[], context: BuildContext, branch: string, x: Node): Node =>
  buildChain(layers, { ...context, next: undefined }, `${context.name}.${branch}.`, x).at(-1)?.output ?? x;

/**
 * body(x) + shortcut(x); by default the shortcut is x itself. He et al. 2015. Parameters are named `3.body.0.weight`,
 * `3.shortcut.0.weight`.
 * @throws ActigradError "shape", when a model is built, if both differ in shape
 */
export function residual(body: Parts, shortcut: Parts = []): Layer {
  const [layers, others] = [toLayers(body), toLayers(shortcut)];
  return {
    kind: "residual",
    title: `residual(${[layers, others]
      .map((l) => l.map(({ title }) => title).join(", "))
      .filter(Boolean)
      .join("; ")})`,
    recipe: ["residual", layers, others],
    sampleShape(sample) {
      const [shape, other] = [chainShape(layers, sample, "body."), chainShape(others, sample, "shortcut.")];
      if (shape.join() === other.join()) return shape;
      throw new ActigradError(
        "shape",
        `its body outputs [${shape.join(",")}], its shortcut [${other.join(",")}]`,
        {
          hint: "give a shortcut that outputs the body's shape, such as a 1 x 1 convolution with its stride",
        },
      );
    },
    ...chainNeeds([...layers, ...others]),
    build: (context, x) =>
      add(outputOf(layers, context, "body", x), outputOf(others, context, "shortcut", x)),
  };
}

/**
 * Layers in sequence whose inner values are recomputed in the backward pass instead of kept: less memory, more time, the same
 * bits. The segment's input, its output, and sums such as a norm's statistics are kept. Chen et al. 2016. Parameters are named
 * `3.0.weight`. To choose segments of a whole model by a budget of bytes, see `withinBytes`.
 * @throws ActigradError "option" without layers
 */
export function recompute(...parts: Parts): Layer {
  const layers = toLayers(parts);
  const [first] = layers;
  if (first === undefined) throw new ActigradError("option", "recompute: at least one layer is needed");
  const fixed = layers.some(({ inputs }) => inputs !== undefined);
  return {
    kind: "recompute",
    title: `recompute(${layers.map(({ title }) => title).join(", ")})`,
    recipe: ["recompute", ...layers],
    ...(fixed && { inputs: chainInputs(layers) }),
    ...(first.indices !== undefined && { indices: first.indices }),
    // The layer before starts as if these were not wrapped.
    ...(first.activation && { activation: first.activation, params: first.params ?? {} }),
    ...chainNeeds(layers),
    sampleShape: (sample) => chainShape(layers, sample, ""),
    build: (context, x) =>
      context.graph.segment(
        segmentOf(context.name),
        () => buildChain(layers, context, `${context.name}.`, x).at(-1)!.output,
      ),
  };
}

/**
 * Concatenates the results of several branches along the features or channels. An empty branch is x itself. Parameters are named
 * `3.0.1.weight`: layer, branch, layer of the branch.
 * @throws ActigradError "shape", when a model is built, if the branches differ in height or width
 */
export function concat(...branches: readonly Parts[]): Layer {
  const chains = branches.map(toLayers);
  if (chains.length === 0) throw new ActigradError("option", "concat: at least one branch is needed");
  return {
    kind: "concat",
    title: `concat(${chains.map((layers) => `[${layers.map(({ title }) => title).join(", ")}]`).join(", ")})`,
    recipe: ["concat", ...chains],
    sampleShape(sample) {
      const shapes = chains.map((layers, i) => chainShape(layers, sample, `${i}.`));
      const [first, ...rest] = shapes as [Shape, ...Shape[]];
      if (rest.some((shape) => shape.slice(1).join() !== first.slice(1).join())) {
        const told = shapes.map((shape) => `[${shape.join(",")}]`).join(", ");
        throw new ActigradError(
          "shape",
          `its branches output ${told}, which differ in more than the channels`,
        );
      }
      return [shapes.reduce((n, shape) => n + shape[0]!, 0), ...first.slice(1)];
    },
    ...chainNeeds(chains.flat()),
    build(context, x) {
      const parts = chains.map((layers, i) => outputOf(layers, context, String(i), x));
      const size = parts.reduce((n, part) => n + part.shape.at(-1)!, 0);
      let start = 0;
      const placed = parts.map((part) => {
        const node = place(part, { axis: part.shape.length - 1, start, step: 1, size });
        start += part.shape.at(-1)!;
        return node;
      });
      return placed.slice(1).reduce((sum, part) => add(sum, part), placed[0]!);
    },
  };
}
