import type { OptionTable } from "../core/options.ts";
import type { Shape } from "../core/shape.ts";
import type { NoiseAttrs } from "./drawn.ts";
import type { GradientNode, ParameterNodes, RecordOp } from "./record-op.ts";

/** Values of a record's parameters, by name. */
export type ParamValues<P extends string = string> = Readonly<Record<P, number>>;

/** What has a trained value of its own: the layer, each feature (of images each channel), or each number of a sample. */
export type LearnedScope = "layer" | "channel" | "unit";

/** Keeps a trained parameter in its range: what is trained is a number z, of which the parameter is a function. */
export interface Constraint {
  /** The parameter of z, as an activation's layer: `softplus()`, `hardtanh({ min: 0.01, max: 0.99 })`. */
  readonly of: ActivationLayer;
  /** A z of a parameter's value: where training starts. */
  inverse(value: number): number;
}

/** One parameter of an activation, e.g. the slope of leaky_relu. */
export interface ActivationParam {
  readonly default: number;
  readonly doc: string;
  /** What has a trained value of its own where nothing else is asked for. Default "layer". */
  readonly scope?: LearnedScope;
  readonly constraint?: Constraint;
  /** May be trained: the record then has a `dfdp` for it. */
  readonly learnable?: boolean;
  /** Lies in a tensor where it is not trained, so that another value asks for no other kernel. */
  readonly held?: boolean;
  /** The name of the trained tensor, where PyTorch has one: such a parameter is trained unless asked otherwise. */
  readonly learnedAs?: string;
  /** What is wrong with a finite value, or undefined. NaN and infinities never reach it. */
  check?(value: number): string | undefined;
}

/** WGSL of a function: an expression, or a body that ends in `return ...;`. */
export interface ActivationForms {
  readonly f: string;
  readonly dfdx: string;
}

/**
 * What an activation is called with: values for its parameters, and which of them are trained. No parameter may be called
 * `learn`, `perChannel` or `perUnit`.
 */
export type ActivationOptions<P extends string = string> = (string extends P
  ? Readonly<Record<string, number | boolean | readonly string[] | undefined>>
  : Readonly<Partial<Record<P, number>>>) & {
  /** All that can be trained (true), none (false), or these. Default: what PyTorch trains too, which is prelu's slope. */
  readonly learn?: boolean | readonly P[];
  /** One trained value a feature (true), or one for the layer (false), of all that are trained. Default: as the record says. */
  readonly perChannel?: boolean;
  /** One trained value for each number of a sample. */
  readonly perUnit?: boolean;
};

/** Who builds a network of nodes N: it knows how an activation's nodes are made. */
export interface ActivationContext<N> {
  /** Appends the nodes of the layer's function of x, and declares what is trained of its parameters. */
  activation(layer: ActivationLayer, x: N): N;
}

/** An activation as a layer, with values for its parameters. It says what is wanted; the context makes it. */
export interface ActivationLayer {
  readonly kind: "activation";
  /** `swish(beta=1.5, learned beta)` */
  readonly title: string;
  readonly activation: Activation;
  /** All of its parameters, trained ones as they start. */
  readonly params: ParamValues;
  /** The names of those that are trained. */
  readonly learned: readonly string[];
  /** What has its own of each of these. */
  readonly scopes: Readonly<Record<string, LearnedScope>>;
  /** What was asked of all of them, if anything was. */
  readonly perChannel?: boolean;
  readonly perUnit?: boolean;
  /** How it is made again, where its parameters do not say it: the function's name and its arguments. */
  readonly recipe?: readonly [name: string, ...args: readonly unknown[]];
  /** The tensors of those that are trained or held, for x of a shape. */
  tensors?(shape: Shape): LearnedTensor[];
  /** The layer of x: what the context makes of it. */
  build<N>(context: ActivationContext<N>, x: N): N;
}

/** Trained parameters of one scope, or held ones: a tensor [parameters, 1, ..., 1 or C], one per unit [parameters, height, width, C]. */
export interface LearnedTensor {
  /** Without the replica axis. */
  readonly size: Shape;
  /** One a row. */
  readonly params: readonly (ActivationParam & { readonly name: string })[];
  /** Each by its name in files, and where it lies. */
  readonly views: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly kind: "activation";
    /** Where element i of the parameter lies in the tensor. */
    index(i: number): number;
  }[];
  /** Set where no gradient moves it. */
  readonly held?: true;
  /** Starting values of one replica. */
  init(): Float32Array;
}

/** How a record's parameters are trained. */
export interface Learning {
  /** What a layer with these options trains. @throws ActigradError "option" for what cannot be learned */
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

/** A method's type, so that a record with parameters of its own is an `Activation` too, as it is by `f`. */
type Call<P extends string> = { call(options?: ActivationOptions<P>): ActivationLayer }["call"];

/**
 * One activation: everything the engine knows about it. Kernels, matmul epilogues, the float64 reference, tests,
 * the bench and the documentation derive from this record.
 *
 * The WGSL is written over the lane types T, U, I, B (see shaders/prelude.wgsl), branch-free, in the variable `x`
 * (`y` for the derivative of a record that saves "y") and one variable of type T per parameter, and calls only the
 * prelude, the record's library and built-ins that are exact. The float64 functions are written independently of it, so that one mistake
 * cannot pass both; they are accurate to about 1e-14 relative, in the tails and near zero too. Both follow
 * PyTorch's convention for the derivative at a kink.
 *
 * Called, it gives its layer: `relu()`, `leakyRelu({ negativeSlope: 0.2 })`, `swish({ beta: 1.5, learn: true })`,
 * `prelu({ perChannel: true })`. Trained parameters start at the given value and are f32[R, 1, 1] or f32[R, 1, features] (of
 * images [R, 1, 1, 1, channels], one per unit [R, 1, height, width, channels]); weight decay leaves them alone. It throws an ActigradError "option" for parameters that it
 * has not, that are out of range, or that cannot be learned. Where layers are listed, the record itself stands for `record()`.
 */
export interface Activation<P extends string = string> extends Call<P> {
  /** The key in the table, e.g. "leaky_relu". */
  readonly name: string;
  readonly aliases: readonly string[];
  /** For people, in Unicode. */
  readonly formula: string;
  /** The paper it comes from, or "". */
  readonly source: string;
  /** In the order of the op's extra inputs. */
  readonly params: Readonly<Record<P, ActivationParam>>;
  /** `learning`, of a record with learnable parameters: `defineActivation` sees to it. */
  readonly learning?: Learning;
  /** What its layer is called with in the place of values for parameters. */
  readonly options?: OptionTable;
  /** Makes the layer of such options. */
  readonly layer?: (options: Readonly<Record<string, unknown>>) => ActivationLayer;
  /** What `wgsl.dfdx` reads: the input, or the output as the forward kernel wrote it. */
  readonly saves: "x" | "y";
  readonly wgsl: ActivationForms & {
    /** WGSL functions that the forms call beyond the prelude's, e.g. shaders/special.wgsl or angles.wgsl. */
    readonly library?: string;
    /** Derivative with respect to a learnable parameter, over x. */
    readonly dfdp?: Readonly<Partial<Record<P, string>>>;
    /** The same with WGSL's built-ins, both over x, as one would first write it: only to show the difference. */
    readonly textbook?: ActivationForms;
  };
  /**
   * f' over x as the text of a formula (see `formula`): what second and higher derivatives are made from, as losses of a
   * network's derivatives need them. A record without it has none; a formula derives itself.
   */
  readonly derivative?: string;
  /** The function in float64. */
  f(x: number, p: ParamValues<P>): number;
  /** Its derivative in float64, always over x. */
  dfdx(x: number, p: ParamValues<P>): number;
  /**
   * f' in float64 over y, for a record that saves "y" and whose f does not map each piece into itself. Without it,
   * f'(f(x)) = f'(x) and dfdx serves; see `savedDerivative`.
   */
  dfdy?(y: number, p: ParamValues<P>): number;
  /**
   * True where f' is deliberately another function than f's derivative, such as a straight-through estimate of a step: what
   * compares the two leaves it alone.
   */
  readonly surrogate?: boolean;
  /** Derivative with respect to a learnable parameter, float64. */
  readonly dfdp?: Readonly<Partial<Record<P, (x: number, p: ParamValues<P>) => number>>>;
  /** Two parameters between which training draws a number for each element, in the place of both. */
  readonly drawn?: { readonly between: readonly [low: P, high: P]; readonly noise: RecordOp<NoiseAttrs> };
  /** Where f' (or f) jumps. */
  kinks(p: ParamValues<P>): readonly number[];
  /** How many of exp, log, sin and the like one evaluation costs; 2 stands for two or more. */
  readonly transcendentals: 0 | 1 | 2;
  /** The initialisation that fits. */
  readonly init: "he" | "glorot" | "lecun";
  /** Factor on the standard deviation 1/sqrt(fan) of the weights before it, where one is established. */
  gain?(p: ParamValues<P>): number;
  /** What is wrong with the parameters together, or undefined. */
  check?(p: ParamValues<P>): string | undefined;
  /** A bound wider than the general one, with the reason. */
  readonly tolerance?: { readonly atol?: number; readonly rtol?: number; readonly why: string };
  /**
   * How large the terms are that f, f' and the derivatives by parameters are put together from, times what the rounding of an
   * argument does to them: their condition. Where it is more than the value, errors are counted in ulp of it.
   */
  readonly condition?: Conditions<P>;
}

/** Sizes by which errors are counted where terms cancel. */
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
