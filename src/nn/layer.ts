import { ActigradError } from "../core/errors.ts";
import type { Activation, ActivationLayer, ParamValues } from "../activations/activation.ts";
import type { Shape } from "../core/shape.ts";
import type { Graph, Node } from "../graph/graph.ts";
import type { Families } from "../compile/kernels/family.ts";
import type { Initializer } from "./init.ts";

/** A part of a parameter tensor under the name and layout that PyTorch uses, for files and for people. */
export interface ParameterView {
  /** `0.weight` */
  readonly name: string;
  /** Without the replica axis: [out, in]. */
  readonly shape: readonly number[];
  /** Index of element i of the view in the tensor of one replica. */
  index(i: number): number;
  /** The name by which a parameter group may select it if it is not a layer's weight: an activation's parameter. */
  readonly kind?: "activation";
}

/** A tensor that a model keeps, [R, ...], one set of values per replica; trained if the loss depends on it. */
export interface Parameter {
  readonly node: Node;
  /** The starting values of one replica. */
  init(seed: number): Float32Array;
  readonly views: readonly ParameterView[];
  /** False keeps an optimizer's weight decay away from it. Default true. */
  readonly weightDecay?: boolean;
  /** The activation whose parameters it holds: the layer's name and record, the names in the order of the views, and all starting values. */
  readonly activation?: {
    readonly layer: string;
    readonly record: Activation;
    readonly params: readonly string[];
    readonly start: ParamValues;
  };
}

/** What a layer's `build` gets. */
export interface BuildContext {
  readonly graph: Graph;
  readonly replicas: number;
  /** The layer's place in the model, which its parameters' names start with. */
  readonly name: string;
  /** The layer that follows, if one does: where it is an activation, the usual starting values depend on it. */
  readonly next: Layer | undefined;
  /** True in a training step, where some activations draw numbers; false in evaluation and prediction. */
  readonly training: boolean;
  readonly parameters: Parameter[];
  /** States besides the trained ones that a training step replaces at its end: running statistics. */
  readonly updates: Update[];
  /** Appends an activation layer's nodes, and declares its trained parameters. */
  activation(this: BuildContext, layer: ActivationLayer, x: Node): Node;
}

/** A state and what replaces it. */
export interface Update {
  readonly state: Node;
  readonly value: Node;
}

/**
 * One stage of a network. `build` appends its nodes; shapes are [R or 1, batch, features], of images
 * [R or 1, batch, height, width, channels].
 */
export interface Layer {
  readonly kind: string;
  /** `linear(784, 128)` */
  readonly title: string;
  /** Features of the input, where the layer fixes them. */
  readonly inputs?: number;
  readonly outputs?: number;
  /** Input units per output feature, if not 1: 2 for a glu, 1/2 for a crelu. */
  readonly unitsPerFeature?: number;
  /**
   * The shape of a sample that comes out, in PyTorch's order: [features], [channels, height, width]. By default the first
   * size changes as `outputs` or `unitsPerFeature` say.
   * @throws ActigradError for a sample that the layer cannot take
   */
  readonly sampleShape?: (sample: Shape) => Shape;
  /** Set if the layer takes whole numbers from 0 to below this; data is checked before use. */
  readonly indices?: number;
  /** Set for activation layers. */
  readonly activation?: Activation;
  /** The activation's parameters, learned ones at their starting values. */
  readonly params?: Readonly<Record<string, number>>;
  /**
   * How a layer of the engine is made again: the function's name and its arguments, as plain data and layers. Starting
   * values are left out. Files hold it (see `save`).
   */
  readonly recipe?: Recipe;
  /** Families of kernels that its ops need beyond the usual ones: a bundle carries those of the layers in it. */
  readonly kernels?: Families;
  /**
   * Set where features become an image: puts [Z, B, ...places, C] in PyTorch's order, as what leaves a model must lie. A model
   * without images does not carry it.
   */
  readonly toRows?: (image: Node) => Node;
  /**
   * Appends the layer's nodes and declares its parameters.
   * @param x f32[1 or R, batch, ...] as the layer before gives it
   * @throws ActigradError "shape" for what the layer cannot take
   */
  build(context: BuildContext, x: Node): Node;
}

/** A function's name and its arguments. */
export type Recipe = readonly [name: string, ...args: readonly unknown[]];

/** A layer, or a function that makes one without arguments and stands for it: `relu`, `softmax`, `flatten`. */
export type Part = Layer | (() => Layer);

/** Features that come out of a layer of so many units. @throws ActigradError "shape" when they do not divide */
export function featuresOf(layer: Layer, units: number): number {
  const { title, outputs, unitsPerFeature = 1 } = layer;
  const features = outputs ?? units / unitsPerFeature;
  if (Number.isInteger(features)) return features;
  throw new ActigradError("shape", `${title}: ${units} units do not make a whole number of features`, {
    hint: `use a multiple of ${unitsPerFeature}`,
  });
}

/** Units that a layer needs so that so many features come out. @throws ActigradError "shape" when there is none such */
export function unitsFor({ title, unitsPerFeature = 1 }: Layer, features: number): number {
  const units = Math.round(features * unitsPerFeature);
  if (Math.abs(units / unitsPerFeature - features) < 1e-9 * features && Number.isInteger(features))
    return units;
  throw new ActigradError("shape", `${title}: no whole number of units makes ${features} features`, {
    hint: `choose a multiple of ${Math.round(1 / unitsPerFeature)}`,
  });
}

/** Options that most layers with weights share. */
export interface WeightOptions {
  /** Starting values; by default what fits the activation that follows, and Glorot before none. */
  readonly init?: Initializer;
}

/** Options of the layers that multiply by a weight and add a bias. */
export interface BiasOptions extends WeightOptions {
  /** Default true; a norm that follows has a shift of its own. */
  readonly bias?: boolean;
}
