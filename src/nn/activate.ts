import { type Activation, type ActivationParam, resolveParams } from "../activations/activation.ts";
import { ActigradError, unknownName } from "../core/errors.ts";
import { streamOf } from "../core/random.ts";
import { type Shape, elements } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { activation } from "../graph/ops/activation.ts";
import { noise } from "../graph/ops/noise.ts";
import { state } from "../graph/ops/source.ts";
import type { BuildContext, Layer } from "./layer.ts";

/** Which parameters of an activation are trained. */
export interface LearnOptions<P extends string = string> {
  /** All that can be (true), none (false), or these. Default: what PyTorch trains too, which is prelu's slope. */
  readonly learn?: boolean | readonly P[];
  /** One value a feature instead of one for the layer. */
  readonly perChannel?: boolean;
}

/**
 * An activation as a layer, with other parameters than the usual: `activate(leakyRelu, { negativeSlope: 0.2 })`.
 * Trained parameters start at the given value and are f32[R, 1, 1] or f32[R, 1, features] (of images [R, 1, 1, 1, channels]); weight decay leaves them
 * alone. `activate(swish, { beta: 1.5 }, { learn: true })`, `activate(prelu, {}, { perChannel: true })`.
 * @throws ActigradError "option" for parameters out of range, or that cannot be learned
 */
export function activate<P extends string>(
  record: Activation<P>,
  params: Readonly<Partial<Record<NoInfer<P>, number>>> = {} as Readonly<Partial<Record<P, number>>>,
  options: LearnOptions<NoInfer<P>> = {},
): Layer {
  const { about, values, build } = paramsOf(record, params, options);
  return {
    kind: "activation",
    title: about.length === 0 ? record.name : `${record.name}(${about.join(", ")})`,
    activation: record,
    params: values,
    build: (context, x) => activation(record, x, build(context, x.shape)),
  };
}

/** An activation's parameters: what a title says of them, and what a layer builds of them for x of a shape. */
export function paramsOf<P extends string>(
  record: Activation<P>,
  params: Readonly<Partial<Record<P, number>>>,
  options: LearnOptions<P>,
): {
  about: string[];
  values: Record<P, number>;
  build(context: BuildContext, shape: Shape): Record<string, Node | number>;
} {
  const values = resolveParams(record, params);
  const learned = learnedParams(record, options);
  const about = Object.entries(params).map(([name, value]) => `${name}=${String(value)}`);
  if (learned.length > 0) about.push(`learned ${learned.join(" ")}`);
  if (options.perChannel === true) about.push("one a channel");
  return {
    about,
    values,
    build(context, shape) {
      const size = [...shape.slice(1, -1).map(() => 1), options.perChannel === true ? shape.at(-1)! : 1];
      const trained = learned.map(
        (name) => [name, declare(context, record, name, values[name], size)] as const,
      );
      const drawn = context.training ? drawnParams(record, values, context, shape) : {};
      return { ...values, ...drawn, ...Object.fromEntries(trained) };
    },
  };
}

/** The names of the parameters that are trained. */
function learnedParams<P extends string>(record: Activation<P>, { learn, perChannel }: LearnOptions<P>): P[] {
  const all = Object.entries<ActivationParam>(record.params) as [P, ActivationParam][];
  const learnable = all.flatMap(([name, param]) => (param.learnable === true ? [name] : []));
  const usual = all.flatMap(([name, param]) => (param.learnedAs === undefined ? [] : [name]));
  const wanted = Array.isArray(learn) ? (learn as readonly P[]) : learn === true ? learnable : usual;
  const names = learn === false ? [] : wanted;
  for (const name of names) {
    if (!(name in record.params))
      throw unknownName(`parameter of ${record.name}`, name, Object.keys(record.params));
    if (!learnable.includes(name)) {
      throw new ActigradError("option", `${record.name}: its ${name} cannot be learned`, {
        hint: learnable.length > 0 ? `learnable: ${learnable.join(", ")}` : "it has no learnable parameter",
      });
    }
  }
  if (names.length === 0 && (learn === true || perChannel === true)) {
    throw new ActigradError("option", `${record.name}: no parameter is learned`, {
      hint:
        learnable.length > 0
          ? `ask for it by learn: ${learnable.join(", ")}`
          : "it has no learnable parameter",
    });
  }
  return [...names];
}

/** A trained parameter: a state that starts at `value`, one number or one a feature. */
function declare(
  { graph, replicas, name, parameters }: BuildContext,
  record: Activation,
  param: string,
  value: number,
  size: Shape,
): Node {
  const node = state(graph, `${name}.${param}`, [replicas, ...size]);
  const view = `${name}.${record.params[param]!.learnedAs ?? param}`;
  parameters.push({
    node,
    views: [{ name: view, shape: [elements(size)], index: (i) => i }],
    init: () => new Float32Array(elements(size)).fill(value),
    weightDecay: false,
  });
  return node;
}

/** In training, the two ends of a range give way to a number drawn between them for each element. */
function drawnParams(
  { drawn }: Activation,
  values: Readonly<Record<string, number>>,
  { graph, name }: BuildContext,
  shape: Shape,
): Record<string, Node> {
  if (drawn === undefined) return {};
  const [low, high] = [values[drawn[0]]!, values[drawn[1]]!];
  const node = noise(graph, { low, high, shape: [1, ...shape.slice(1)], stream: streamOf(`${name}.noise`) });
  return { [drawn[0]]: node, [drawn[1]]: node };
}
