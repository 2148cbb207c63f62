/** Compares a derivative with central differences, all in float64, without a device. */
import { interpret, type Environment } from "../check/float64/interpret.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import { normal } from "../core/random.ts";
import { type Shape, elements } from "../core/shape.ts";
import { grad } from "../graph/grad.ts";
import { Graph, type Node } from "../graph/graph.ts";
import { mul } from "../graph/ops/pointwise.ts";
import { sum } from "../graph/ops/reduce.ts";
import { data } from "../graph/ops/source.ts";
import { buildContext } from "../nn/chain.ts";
import type { Layer } from "../nn/layer.ts";
import { eachOf, type Loss } from "../nn/loss.ts";

/** Argument of `gradcheck`: a function that appends ops, a layer, or a loss. */
export type Derivable = ((...inputs: readonly Node[]) => Node) | Layer | Loss;

/** Options of `gradcheck`. */
export interface GradcheckOptions {
  /** Shapes [1, rows, ...]: one per input of a function, one for a layer, or the prediction's for a loss. */
  readonly shapes: readonly Shape[];
  /**
   * Values of the inputs, by place. Default: normal random numbers, which do not suit a function near a kink or with a restricted
   * domain.
   */
  readonly values?: readonly (ArrayLike<number> | undefined)[];
  /** The targets of a loss; random by default. */
  readonly targets?: ArrayLike<number>;
  readonly seed?: number;
  /** Half the distance between the two points of a difference; 1e-5 by default. */
  readonly step?: number;
  /** Allowed error of a derivative, relative to the larger of 1 and the largest derivative of its tensor; 1e-7 by default. */
  readonly tolerance?: number;
  /** At most this many elements of each tensor are checked, evenly spread; all by default. */
  readonly elements?: number;
  /** Builds a layer as a training step does; false by default. */
  readonly training?: boolean;
}

/** A derivative and its difference quotient. */
export interface CheckedGradient {
  /** `input 0`, or a parameter's name. */
  readonly tensor: string;
  readonly index: number;
  readonly got: number;
  readonly want: number;
}

/** Result of `gradcheck`. */
export interface GradcheckResult {
  readonly pass: boolean;
  /** Number of derivatives compared. */
  readonly count: number;
  /** The largest error as a multiple of the allowed one; the check fails above 1. */
  readonly excess: number;
  /** Where the largest error is. */
  readonly worst: CheckedGradient | undefined;
}

const known = ["shapes", "values", "targets", "seed", "step", "tolerance", "elements", "training"];

/**
 * Compares the derivatives of the backward pass with central differences, in float64, using the ops' references. Differentiates a
 * random combination of all outputs by every element of every input and parameter.
 * @throws ActigradError "option" for unknown options, and for an op that has no float64 reference
 */
export function gradcheck(what: Derivable, options: GradcheckOptions): GradcheckResult {
  checkOptions("gradcheck", options, known);
  const { shapes, values = [], seed = 0, step = 1e-5, tolerance = 1e-7, elements: most = Infinity } = options;
  if (!Array.isArray(shapes) || shapes.length === 0)
    throw new ActigradError("option", "gradcheck: expected the inputs' shapes", {
      hint: "shapes: [[1, 4, 3]]",
    });
  const graph = new Graph();
  const inputs = shapes.map((shape, i) => data(graph, `input ${i}`, shape));
  const environment: Environment = new Map();
  for (const [i, input] of inputs.entries())
    environment.set(input.label, Float64Array.from(values[i] ?? drawn(seed, i, input.shape)));
  const { output, parameters } = build(what, graph, inputs, environment, options);
  const weights = data(graph, "weights of the outputs", output.shape);
  environment.set(weights.label, drawn(seed, 100, output.shape));
  const inner = output.shape.map((_, axis) => axis).slice(1);
  const loss = sum(mul(output, weights), inner);
  graph.output("loss", loss);

  const tensors = [...inputs, ...parameters];
  const gradients = grad(loss, tensors);
  for (const [i, gradient] of gradients.entries()) if (gradient) graph.output(`gradient ${i}`, gradient);
  const valueOf = interpret(graph, new Map(environment));
  let [count, excess] = [0, 0];
  let worst: CheckedGradient | undefined;
  for (const [i, tensor] of tensors.entries()) {
    const places = spread(elements(tensor.shape), most);
    const want = centralDifferences(graph, loss, environment, tensor.label, { step, places });
    const gradient = gradients[i];
    const all = gradient === undefined ? new Float64Array(elements(tensor.shape)) : valueOf(gradient).data;
    const scale = tolerance * Math.max(1, ...want.map(Math.abs));
    for (let k = 0; k < want.length; k++) {
      const got = all[places[k]!]!;
      const off = Math.abs(got - want[k]!) / scale;
      const own = Number.isNaN(off) ? Infinity : off;
      if (own > excess || worst === undefined) {
        excess = own;
        worst = { tensor: tensor.label, index: places[k]!, got, want: want[k]! };
      }
    }
    count += want.length;
  }
  return { pass: count > 0 && excess <= 1, count, excess, worst };
}

/** Central differences of a loss, summed over its replicas, by the elements of an input or state (default: all elements). */
export function centralDifferences(
  graph: Graph,
  loss: Node,
  environment: Environment,
  name: string,
  { step = 1e-5, places }: { readonly step?: number; readonly places?: readonly number[] } = {},
): Float64Array {
  const values = Float64Array.from(environment.get(name)!);
  const own: Environment = new Map(environment).set(name, values);
  const lossAt = (i: number, value: number): number => {
    const before = values[i]!;
    values[i] = value;
    const { data } = interpret(graph, new Map(own))(loss);
    values[i] = before;
    return Float64Array.from(data).reduce((a, b) => a + b, 0);
  };
  return Float64Array.from(
    places ?? values.keys(),
    (i) => (lossAt(i, values[i]! + step) - lossAt(i, values[i]! - step)) / (2 * step),
  );
}

const spread = (count: number, most: number): number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) =>
    count <= most ? i : Math.floor(((i + 0.5) * count) / most),
  );

function build(
  what: Derivable,
  graph: Graph,
  inputs: readonly Node[],
  environment: Environment,
  { seed = 0, targets, training = false }: GradcheckOptions,
): { output: Node; parameters: readonly Node[] } {
  const [first] = inputs as [Node];
  if (typeof what === "function") return { output: what(...inputs), parameters: [] };
  if ("build" in what) {
    const context = buildContext(graph, 1, training);
    const output = what.build({ ...context, name: "0" }, first);
    for (const { node, init } of context.parameters)
      environment.set(node.label, Float64Array.from(init(seed)));
    return { output, parameters: context.parameters.map(({ node }) => node) };
  }
  const [, rows = 1, ...features] = first.shape;
  const isClass = what.targets === "classes";
  const shape = isClass ? [1, rows, 1] : first.shape;
  const target = data(graph, "targets", shape, isClass ? "u32" : "f32");
  const classes = features.at(-1) ?? 1;
  environment.set(
    target.label,
    Float64Array.from(
      targets ?? (isClass ? Array.from({ length: rows }, (_, i) => i % classes) : drawn(seed, 50, shape)),
    ),
  );
  return { output: eachOf(what, first, target), parameters: [] };
}

const drawn = (seed: number, stream: number, shape: Shape): Float64Array =>
  Float64Array.from(normal(seed, stream, elements(shape)));
