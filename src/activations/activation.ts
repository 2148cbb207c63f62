import type { OptionTable } from "../core/options.ts";
import type { Shape } from "../core/shape.ts";
import type { NoiseAttrs } from "./drawn.ts";
import type { GradientNode, ParameterNodes, RecordOp } from "./record-op.ts";

/** Values of a record's parameters, by name. */
export type ParamValues<P extends string = string> = Readonly<Record<P, number>>;

/** What shares a trained value: the layer, each feature (for images, each channel), or each number of a sample. */
export type LearnedScope = "layer" | "channel" | "unit";

/** Keeps a trained parameter in its range: training moves a number z, and the parameter is a function of z. */
export interface Constraint {
  /** The function from z to the parameter, as an activation's layer: `softplus()`, `hardtanh({ min: 0.01, max: 0.99 })`. */
  readonly of: ActivationLayer;
  /** A z for a parameter's value, where training starts. */
  inverse(value: number): number;
}

/** One parameter of an activation, e.g. the slope of leaky_relu. */
export interface ActivationParam {
  readonly default: number;
  readonly doc: string;
  /** The default scope of a trained value. Default "layer". */
  readonly scope?: LearnedScope;
  readonly constraint?: Constraint;
  /** Whether it may be trained: the record then has a `dfdp` for it. */
  readonly learnable?: boolean;
  /** Whether it is kept in a tensor if it is not trained, so that another value needs no other kernel. */
  readonly held?: boolean;
  /** The name of the trained tensor, if PyTorch has one: such a parameter is trained by default. */
  readonly learnedAs?: string;
  /** The fault of a finite value, or undefined. Never called with NaN or infinities. */
  check?(value: number): string | undefined;
}

/** WGSL of a function: an expression, or a body that ends in `return ...;`. */
export interface ActivationForms {
  readonly f: string;
  readonly dfdx: string;
}

/**
 * An activation's options: values for its parameters, and which of them are trained. No parameter may be called `learn`,
 * `perChannel` or `perUnit`.
 */
export type ActivationOptions<P extends string = string> = (string extends P
  ? Readonly<Record<string, number | boolean | readonly string[] | undefined>>
  : Readonly<Partial<Record<P, number>>>) & {
  /**
   * Which parameters to train: all that can be (true), none (false), or these. Default: as PyTorch, which trains prelu's slope.
   */
  readonly learn?: boolean | readonly P[];
  /** For all trained parameters: one value per feature (true), or one for the layer (false). Default: as the record says. */
  readonly perChannel?: boolean;
  /** One trained value for each number of a sample. */
  readonly perUnit?: boolean;
};

/** Builds a network from nodes N; knows how to make an activation's nodes. */
export interface ActivationContext<N> {
  /** Appends the nodes of the layer's function of x, and declares its trained parameters. */
  activation(layer: ActivationLayer, x: N): N;
}

/** An activation as a layer, with values for its parameters. It describes what is wanted; the context makes the nodes. */
export interface ActivationLayer {
  readonly kind: "activation";
  /** `swish(beta=1.5, learned beta)` */
  readonly title: string;
  readonly activation: Activation;
  /** All of its parameters, trained ones with their starting values. */
  readonly params: ParamValues;
  /** Names of the trained parameters. */
  readonly learned: readonly string[];
  /** The scope of each trained parameter. */
  readonly scopes: Readonly<Record<string, LearnedScope>>;
  /** The options' `perChannel`, if given. */
  readonly perChannel?: boolean;
  readonly perUnit?: boolean;
  /** How to make it again, if its parameters do not tell: the function's name and its arguments. */
  readonly recipe?: readonly [name: string, ...args: readonly unknown[]];
  /** The tensors of its trained or held parameters, for x of a shape. */
  tensors?(shape: Shape): LearnedTensor[];
  /** The layer's function of x, made by the context. */
  build<N>(context: ActivationContext<N>, x: N): N;
}

/**
 * Trained parameters of one scope, or held ones: a tensor [parameters, 1, ..., 1 or C], or [parameters, height, width, C] for one
 * value per unit.
 */
export interface LearnedTensor {
  /** Without the replica axis. */
  readonly size: Shape;
  /** One per row. */
  readonly params: readonly (ActivationParam & { readonly name: string })[];
  /** Each parameter by its name in files, and its position. */
  readonly views: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly kind: "activation";
    /** Index of the parameter's element i in the tensor. */
    index(i: number): number;
  }[];
  /** Set if no gradient moves it. */
  readonly held?: true;
  /** Starting values of one replica. */
  init(): Float32Array;
}

/** How a record's parameters are trained. */
export interface Learning {
  /** What a layer with these options trains. @throws ActigradError "option" for a parameter that cannot be learned */
  asked(
    record: Activation,
    options: ActivationOptions,
  ): {
    /** The values among the options. */
    readonly given: Readonly<Record<string, number>>;
    /** For the layer's title. */
    readonly about: readonly string[];
    readonly fields: Pick<ActivationLayer, "learned" | "scopes" | "perChannel" | "perUnit" | "tensors">;
  };
  /** The gradients of an activation's parameters (see learned-sums.ts). */
  cotangents<N extends GradientNode<N>>(
    record: Activation,
    inputs: readonly N[],
    along: N | undefined,
    nodes: ParameterNodes<N>,
  ): readonly (N | undefined)[];
}

/** The type of a method, so that a record with specific parameters is also an `Activation`. */
type Call<P extends string> = { call(options?: ActivationOptions<P>): ActivationLayer }["call"];

/**
 * One activation: everything the engine knows about it. Kernels, matmul epilogues, the float64 reference, tests, the bench and
 * the documentation derive from this record.
 *
 * The WGSL uses the lane types T, U, I, B (see shaders/prelude.wgsl) and is branch-free. Its variables are `x` (`y` for the
 * derivative of a record that saves "y") and one of type T per parameter. It calls only the prelude, the record's library, and
 * exact built-ins. The float64 functions are written independently of it, so that one mistake cannot pass both; they are accurate
 * to about 1e-14 relative, also in the tails and near zero. Both follow PyTorch's convention for the derivative at a kink.
 *
 * Calling the record makes its layer: `relu()`, `leakyRelu({ negativeSlope: 0.2 })`, `swish({ beta: 1.5, learn: true })`,
 * `prelu({ perChannel: true })`. Trained parameters start at the given value and are f32[R, 1, 1] or f32[R, 1, features] ([R, 1,
 * 1, 1, channels] for images, [R, 1, height, width, channels] per unit), without weight decay. The call throws an ActigradError
 * "option" for parameters that do not exist, are out of range, or cannot be learned. In a list of layers, the record itself is
 * short for `record()`.
 */
export interface Activation<P extends string = string> extends Call<P> {
  /** The key in the table, e.g. "leaky_relu". */
  readonly name: string;
  readonly aliases: readonly string[];
  /** The formula for people, in Unicode. */
  readonly formula: string;
  /** The paper it comes from, or "". */
  readonly source: string;
  /** In the order of the op's extra inputs. */
  readonly params: Readonly<Record<P, ActivationParam>>;
  /** How to train the parameters, for a record with learnable ones; `defineActivation` sets it. */
  readonly learning?: Learning;
  /** The options of its layer, if they are not values for parameters. */
  readonly options?: OptionTable;
  /** Makes the layer from such options. */
  readonly layer?: (options: Readonly<Record<string, unknown>>) => ActivationLayer;
  /** What `wgsl.dfdx` reads: the input, or the output as written by the forward kernel. */
  readonly saves: "x" | "y";
  readonly wgsl: ActivationForms & {
    /** WGSL functions that the forms call beyond the prelude's, such as shaders/special.wgsl or angles.wgsl. */
    readonly library?: string;
    /** Derivatives by learnable parameters, over x. */
    readonly dfdp?: Readonly<Partial<Record<P, string>>>;
    /** The textbook forms with WGSL's built-ins, both over x, for comparison only. */
    readonly textbook?: ActivationForms;
  };
  /**
   * f' over x as the text of a formula (see `formula`). Second and higher derivatives are derived from it, for losses on a
   * network's derivatives. A record without it has none; a formula derives itself.
   */
  readonly derivative?: string;
  /** The function in float64. */
  f(x: number, p: ParamValues<P>): number;
  /** Its derivative in float64, always over x. */
  dfdx(x: number, p: ParamValues<P>): number;
  /**
   * f' in float64 over y, for a record that saves "y" and whose f does not map each piece into itself. Without it, f'(f(x)) =
   * f'(x) and dfdx is used; see `savedDerivative`.
   */
  dfdy?(y: number, p: ParamValues<P>): number;
  /**
   * True if f' is deliberately not the derivative of f, such as a straight-through estimate of a step: checks then do not compare
   * them.
   */
  readonly surrogate?: boolean;
  /** Derivatives by learnable parameters, in float64. */
  readonly dfdp?: Readonly<Partial<Record<P, (x: number, p: ParamValues<P>) => number>>>;
  /** Two parameters that training replaces, for each element, by a random number between them. */
  readonly drawn?: { readonly between: readonly [low: P, high: P]; readonly noise: RecordOp<NoiseAttrs> };
  /** Where f' (or f) jumps. */
  kinks(p: ParamValues<P>): readonly number[];
  /** Number of exp, log, sin and similar per evaluation; 2 means two or more. */
  readonly transcendentals: 0 | 1 | 2;
  /** The initialisation that suits it. */
  readonly init: "he" | "glorot" | "lecun";
  /** Factor on the standard deviation 1/sqrt(fan) of the weights before it, if one is established. */
  gain?(p: ParamValues<P>): number;
  /** A fault of the parameters' combination, or undefined. */
  check?(p: ParamValues<P>): string | undefined;
  /** A wider error bound than the general one, with the reason. */
  readonly tolerance?: { readonly atol?: number; readonly rtol?: number; readonly why: string };
  /**
   * The size of the terms that f, f' and the derivatives by parameters are summed from, times the effect of an argument's
   * rounding on them: their condition. Where it exceeds the value, errors are counted in ulp of it.
   */
  readonly condition?: Conditions<P>;
}

/** Sizes for counting errors where terms cancel. */
export interface Conditions<P extends string = string> {
  /** The largest term of f at x. */
  f?(x: number, p: ParamValues<P>): number;
  /** The largest term of f' at x. */
  dfdx?(x: number, p: ParamValues<P>): number;
  /** The largest term of df/dp at x, for each parameter that has one. */
  readonly dfdp?: Readonly<Partial<Record<P, (x: number, p: ParamValues<P>) => number>>>;
}

/** f' in float64 from what the record saves for backward, x or y. */
export function savedDerivative<P extends string>(
  record: Activation<P>,
  saved: number,
  p: ParamValues<P>,
): number {
  return record.saves === "y" && record.dfdy !== undefined ? record.dfdy(saved, p) : record.dfdx(saved, p);
}
