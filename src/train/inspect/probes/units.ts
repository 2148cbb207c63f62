/** Probes for the outputs of units and the gradients that reach them. */
import { ActigradError } from "../../../core/errors.ts";
import { sameShape } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import { total } from "../../../nn/loss.ts";
import { abs, div, greater, mul, sign, sqrt, sub } from "../../../graph/ops/pointwise.ts";
import { largestOf } from "../../../graph/ops/reduce.ts";
import { pick } from "../../../graph/ops/view.ts";
import { type Probe, type ProbeContext, defineProbe, isActivation, meanOf, normOf } from "./probe.ts";

const each = (
  { layers }: ProbeContext,
  of: (layer: ProbeContext["layers"][number]) => Node | undefined,
): Record<string, Node> =>
  Object.fromEntries(
    layers.flatMap((layer) => {
      const node = of(layer);
      return node === undefined ? [] : [[layer.name, node]];
    }),
  );

/**
 * The norm of d(mean loss)/d(output) at each layer, over all rows and units. The value at a linear layer's output z shows whether
 * gradients vanish; the gradients of the weights do not.
 */
export const signal = (): Probe =>
  defineProbe({
    name: "signal",
    build(context) {
      const gradients = context.gradients(context.layers.map(({ output }) => output));
      return Object.fromEntries(
        context.layers.flatMap(({ name }, i) => {
          const gradient = gradients[i];
          return gradient === undefined ? [] : [[name, normOf(gradient)]];
        }),
      );
    },
  });

/**
 * Share of the units before each activation (including a maxout's pieces) that get no gradient from any row; for images, of the
 * channels.
 */
export const dead = (): Probe =>
  defineProbe({
    name: "dead",
    build(context) {
      const own = context.layers.filter(
        (one) => isActivation(one) || one.layer.unitsPerFeature !== undefined,
      );
      const gradients = context.gradients(own.map(({ input }) => input));
      return Object.fromEntries(
        own.flatMap(({ name }, i) => {
          const gradient = gradients[i];
          if (gradient === undefined) return [];
          const axes = gradient.shape.slice(1, -1).map((_, axis) => axis + 1);
          return [[name, meanOf(sub(1, greater(largestOf(abs(gradient), axes), 0)))]];
        }),
      );
    },
  });

/**
 * Share of the positions (row, unit) of each activation that are saturated: less than `below` of the output's gradient passes to
 * the input. For activations with one input per output.
 */
export const saturated = ({ below = 0.01 }: { readonly below?: number } = {}): Probe =>
  defineProbe({
    name: "saturated",
    build(context) {
      const own = context.layers.filter(
        (one) => isActivation(one) && sameShape(one.input.shape, one.output.shape),
      );
      const before = context.gradients(own.map(({ input }) => input));
      const after = context.gradients(own.map(({ output }) => output));
      return Object.fromEntries(
        own.flatMap(({ name }, i) => {
          const [left, came] = [before[i], after[i]];
          if (left === undefined || came === undefined) return [];
          return [[name, meanOf(sub(1, greater(abs(left), mul(abs(came), below))))]];
        }),
      );
    },
  });

/**
 * Share of each layer's outputs that are exactly 0, or below a bound in magnitude.
 * @throws ActigradError "option" for a bound below 0
 */
export function zeros({ below = 0 }: { readonly below?: number } = {}): Probe {
  if (!(below >= 0)) throw new ActigradError("option", `zeros: below must be at least 0, got ${below}`);
  return defineProbe({
    name: below === 0 ? "zeros" : `zeros below ${below}`,
    build: (context) =>
      each(context, ({ output }) =>
        meanOf(below === 0 ? sub(1, abs(sign(output))) : greater(below, abs(output))),
      ),
  });
}

/** Mean and standard deviation of each layer's outputs, as `NAME mean` and `NAME std`. */
export const spread = (): Probe =>
  defineProbe({
    name: "spread",
    build({ layers }) {
      return Object.fromEntries(
        layers.flatMap(({ name, output }) => {
          const mean = meanOf(output);
          const off = sub(output, mean);
          return [
            [`${name} mean`, mean],
            [`${name} std`, sqrt(meanOf(mul(off, off)))],
          ];
        }),
      );
    },
  });

/** R² of the best line through each activation's points (input, output): 1 where it acts as a linear function. */
export const linearFit = (): Probe =>
  defineProbe({
    name: "linearFit",
    build: (context) =>
      each(context, (layer) => {
        if (!isActivation(layer)) return undefined;
        const x = sub(layer.input, meanOf(layer.input));
        const y = sub(layer.output, meanOf(layer.output));
        const xy = total(mul(x, y));
        return div(mul(xy, xy), mul(total(mul(x, x)), total(mul(y, y))));
      }),
  });

/**
 * For each linear layer after the first, the share of neurons whose weight gradients all have the same sign, among those with a
 * gradient: `NAME batch` for the rows' mean loss, `NAME sample` for each row separately. A row's gradient is the product of its
 * input and the neuron's signal, so it has the signs of the input, or all of them flipped.
 */
export const sameSign = (): Probe =>
  defineProbe({
    name: "sameSign",
    build(context) {
      const { layers, graph } = context;
      const own = layers.filter(({ layer, input }) => layer.kind === "linear" && input !== context.x);
      const weights = own.map(({ name }) =>
        context.parameters.find(({ node }) => node.graph === graph && node.label === `${name}.linear`)!,
      );
      const gradients = context.gradients(weights.map(({ node }) => node));
      const signals = context.gradients(own.map(({ output }) => output));
      return Object.fromEntries(
        own.flatMap(({ name, input }, i) => {
          const [gradient, signal] = [gradients[i], signals[i]];
          if (gradient === undefined || signal === undefined) return [];
          const rows = withoutBias(gradient, input.shape.at(-1)!);
          const sent = sign(abs(signal));
          return [
            [`${name} batch`, shareOf(oneSign(rows, 1), sign(largestOf(abs(rows), [1])))],
            [`${name} sample`, shareOf(mul(sent, oneSign(input, 2)), sent)],
          ];
        }),
      );
    },
  });

const withoutBias = (gradient: Node, inputs: number): Node =>
  pick(gradient, { axis: 1, start: 0, step: 1, size: inputs });

/** 1 if all numbers along the axis are at least 0, or all at most 0. */
const oneSign = (x: Node, axis: number): Node =>
  sub(1, mul(greater(largestOf(x, [axis]), 0), greater(largestOf(sub(0, x), [axis]), 0)));

/** The share of the counted items for which it holds; both are given as ones and zeros. */
const shareOf = (holds: Node, counts: Node): Node => div(total(mul(holds, counts)), total(counts));
