import type { Activation } from "../activations/activation.ts";
import type { Graph, Node } from "../graph/graph.ts";
import type { Initializer } from "./init.ts";

/** A part of a parameter tensor under the name and layout that PyTorch uses, for files and for people. */
export interface ParameterView {
  /** `0.weight` */
  readonly name: string;
  /** Without the replica axis: [out, in]. */
  readonly shape: readonly number[];
  /** Index of element i of the view in the tensor of one replica. */
  index(i: number): number;
}

/** A trained tensor of a model: [R, ...], one value set a replica. */
export interface Parameter {
  readonly node: Node;
  /** The starting values of one replica. */
  init(seed: number): Float32Array;
  readonly views: readonly ParameterView[];
  /** False keeps an optimizer's weight decay away from it. Default true. */
  readonly weightDecay?: boolean;
}

/** What a layer builds with. */
export interface BuildContext {
  readonly graph: Graph;
  readonly replicas: number;
  /** The layer's place in the model, which its parameters' names start with. */
  readonly name: string;
  /** The activation that follows, if one does: the usual initialisation depends on it. */
  readonly next: Activation | undefined;
  /** True in a training step, where some activations draw numbers; false in evaluation and prediction. */
  readonly training: boolean;
  readonly parameters: Parameter[];
}

/** One stage of a network. `build` appends its nodes; shapes are [R or 1, batch, features]. */
export interface Layer {
  readonly kind: string;
  /** `linear(784, 128)` */
  readonly title: string;
  /** Features of the input, where the layer fixes them. */
  readonly inputs?: number;
  readonly outputs?: number;
  /** Set for activation layers. */
  readonly activation?: Activation;
  build(context: BuildContext, x: Node): Node;
}

/** Options that most layers with weights share. */
export interface WeightOptions {
  /** Starting values; by default what fits the activation that follows, and Glorot before none. */
  readonly init?: Initializer;
}
