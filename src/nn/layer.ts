import { ActigradError } from "../core/errors.ts";
import type { Activation, ActivationLayer, ParamValues } from "../activations/activation.ts";
import type { Shape } from "../core/shape.ts";
import type { Graph, Node } from "../graph/graph.ts";
import type { Families } from "../compile/kernels/family.ts";
import type { Initializer } from "./init.ts";

/** A part of a parameter tensor, with PyTorch's name and layout, for files and for people. */
export interface ParameterView {
  /** `0.weight` */
  readonly name: string;
  /** Without the replica axis: [out, in]. */
  readonly shape: readonly number[];
  /** Index of the view's element i in the tensor of one replica. */
  index(i: number): number;
  /** The name that a parameter group can select it by, if it is not a layer's weight: an activation's parameter. */
  readonly kind?: "activation";
}

/** A tensor that a model keeps, [R, ...], one set of values per replica; trained if the loss depends on it. */
export interface Parameter {
  readonly node: Node;
  /** Starting values of one replica. */
  init(seed: number): Float32Array;
  readonly views: readonly ParameterView[];
  /** False excludes it from an optimizer's weight decay. Default true. */
  readonly weightDecay?: boolean;
  /**
   * The activation whose parameters it holds: the layer's name and record, the parameter names in the order of the views, and all
   * starting values.
   */
  readonly activation?: {
    readonly layer: string;
    readonly record: Activation;
    readonly params: readonly string[];
    readonly start: ParamValues;
  };
}

/** Build context of a layer. */
export interface BuildContext {
  readonly graph: Graph;
  readonly replicas: number;
  /** The layer's place in the model, the prefix of its parameters' names. */
  readonly name: string;
  /** The next layer, if any: default starting values depend on it if it is an activation. */
  readonly next: Layer | undefined;
  /** True in a training step, where some activations draw random numbers; false in evaluation and prediction. */
  readonly training: boolean;
  readonly parameters: Parameter[];
  /** States that a training step replaces at its end without a gradient: running statistics. */
  readonly updates: Update[];
  /** Appends an activation layer's nodes, and declares its trained parameters. */
  activation(this: BuildContext, layer: ActivationLayer, x: Node): Node;
}

/** A state and its replacement. */
export interface Update {
  readonly state: Node;
  readonly value: Node;
}

/**
 * One stage of a network. `build` appends its nodes. Shapes are [R or 1, batch, features], or [R or 1, batch, height, width,
 * channels] for images.
 */
export interface Layer {
  readonly kind: string;
  /** `linear(784, 128)` */
  readonly title: string;
  /** Features of the input, if the layer fixes them. */
  readonly inputs?: number;
  readonly outputs?: number;
  /** Input units per output feature, if not 1: 2 for a glu, 1/2 for a crelu. */
  readonly unitsPerFeature?: number;
  /**
   * The shape of an output sample, in PyTorch's order: [features] or [channels, height, width]. By default only the first size
   * changes, by `outputs` or `unitsPerFeature`.
   * @throws ActigradError for a sample that the layer cannot take
   */
  readonly sampleShape?: (sample: Shape) => Shape;
  /** Set if the layer takes whole numbers from 0 to this minus 1; data is checked before use. */
  readonly indices?: number;
  /** Set for activation layers. */
  readonly activation?: Activation;
  /** The activation's parameters, learned ones at their starting values. */
  readonly params?: Readonly<Record<string, number>>;
  /**
   * How to make the layer again: a function's name and its arguments, as plain data and layers, without starting values. Stored
   * in files (see `save`).
   */
  readonly recipe?: Recipe;
  /** Kernel families that its ops need beyond the usual ones; a bundle contains only those of its layers. */
  readonly kernels?: Families;
  /**
   * Set if features become an image: converts [Z, B, ...places, C] to PyTorch's order for the model's output. A model without
   * images does not carry it.
   */
  readonly toRows?: (image: Node) => Node;
  /**
   * Appends the layer's nodes and declares its parameters.
   * @param x f32[1 or R, batch, ...] from the layer before
   * @throws ActigradError "shape" for an x that the layer cannot take
   */
  build(context: BuildContext, x: Node): Node;
}

/** A function's name and arguments. */
export type Recipe = readonly [name: string, ...args: readonly unknown[]];

/** A layer, or a function that makes one when called without arguments: `relu`, `softmax`, `flatten`. */
export type Part = Layer | (() => Layer);

/** Features that a layer with this many units outputs. @throws ActigradError "shape" if they do not divide */
export function featuresOf(layer: Layer, units: number): number {
  const { title, outputs, unitsPerFeature = 1 } = layer;
  const features = outputs ?? units / unitsPerFeature;
  if (Number.isInteger(features)) return features;
  throw new ActigradError("shape", `${title}: ${units} units do not make a whole number of features`, {
    hint: `use a multiple of ${unitsPerFeature}`,
  });
}

/** Units that a layer needs to output this many features. @throws ActigradError "shape" if no number of units does */
export function unitsFor({ title, unitsPerFeature = 1 }: Layer, features: number): number {
  const units = Math.round(features * unitsPerFeature);
  if (Math.abs(units / unitsPerFeature - features) < 1e-9 * features && Number.isInteger(features))
    return units;
  throw new ActigradError("shape", `${title}: no whole number of units makes ${features} features`, {
    hint: `choose a multiple of ${Math.round(1 / unitsPerFeature)}`,
  });
}

/** Options shared by most layers with weights. */
export interface WeightOptions {
  /** Starting values; by default, those that suit the activation that follows, or Glorot's without one. */
  readonly init?: Initializer;
}

/** Options of layers that multiply by a weight and add a bias. */
export interface BiasOptions extends WeightOptions {
  /** Default true. Use false before a norm, which has its own shift. */
  readonly bias?: boolean;
}
