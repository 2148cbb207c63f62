/** Values of a record's parameters, by name. */
export type ParamValues<P extends string = string> = Readonly<Record<P, number>>;

/** One parameter of an activation, e.g. the slope of leaky_relu. */
export interface ActivationParam {
  readonly default: number;
  readonly doc: string;
  /** May be trained: the record then has a `dfdp` for it. */
  readonly learnable?: boolean;
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
 * `learn` or `perChannel`.
 */
export type ActivationOptions<P extends string = string> = (string extends P
  ? Readonly<Record<string, number | boolean | readonly string[] | undefined>>
  : Readonly<Partial<Record<P, number>>>) & {
  /** All that can be trained (true), none (false), or these. Default: what PyTorch trains too, which is prelu's slope. */
  readonly learn?: boolean | readonly P[];
  /** One trained value a feature instead of one for the layer. */
  readonly perChannel?: boolean;
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
  /** Whether each feature has its own. */
  readonly perChannel: boolean;
  /** The layer of x: what the context makes of it. */
  build<N>(context: ActivationContext<N>, x: N): N;
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
 * images [R, 1, 1, 1, channels]); weight decay leaves them alone. It throws an ActigradError "option" for parameters that it
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
  /** What `wgsl.dfdx` reads: the input, or the output as the forward kernel wrote it. */
  readonly saves: "x" | "y";
  readonly wgsl: ActivationForms & {
    /** WGSL functions that the forms call beyond the prelude's, e.g. shaders/special.wgsl. */
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
  readonly drawn?: readonly [low: P, high: P];
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
}

/** f' in float64 from what the record saves for backward, x or y. */
export function savedDerivative<P extends string>(
  record: Activation<P>,
  saved: number,
  p: ParamValues<P>,
): number {
  return record.saves === "y" && record.dfdy !== undefined ? record.dfdy(saved, p) : record.dfdx(saved, p);
}
