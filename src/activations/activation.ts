import { ActigradError, unknownName } from "../core/errors.ts";

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
 * One activation: everything the engine knows about it. Kernels, matmul epilogues, the float64 reference, tests,
 * the bench and the documentation derive from this record.
 *
 * The WGSL is written over the lane types T, U, I, B (see shaders/prelude.wgsl), branch-free, in the variable `x`
 * (`y` for the derivative of a record that saves "y") and one variable of type T per parameter, and calls only the
 * prelude, the record's library and built-ins that are exact. The float64 functions are written independently of it, so that one mistake
 * cannot pass both; they are accurate to about 1e-14 relative, in the tails and near zero too. Both follow
 * PyTorch's convention for the derivative at a kink.
 */
export interface Activation<P extends string = string> {
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
  /** The function in float64. */
  f(x: number, p: ParamValues<P>): number;
  /** Its derivative in float64, always over x. */
  dfdx(x: number, p: ParamValues<P>): number;
  /**
   * f' in float64 over y, for a record that saves "y" and whose f does not map each piece into itself. Without it,
   * f'(f(x)) = f'(x) and dfdx serves; see `savedDerivative`.
   */
  dfdy?(y: number, p: ParamValues<P>): number;
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

type Optional = "aliases" | "source" | "params" | "kinks" | "transcendentals" | "init";

/** What `defineActivation` is given: a record in which everything usual may be left out. */
export type ActivationSpec<P extends string> = Omit<Activation<P>, Optional> &
  Partial<Pick<Activation<P>, Optional>>;

/** f' in float64 from what the record saves for backward, x or y. */
export function savedDerivative<P extends string>(
  record: Activation<P>,
  saved: number,
  p: ParamValues<P>,
): number {
  return record.saves === "y" && record.dfdy !== undefined ? record.dfdy(saved, p) : record.dfdx(saved, p);
}

/** Words that a parameter cannot be called, because the forms use them or WGSL reserves them. */
const taken = new Set([
  "x",
  "y",
  "gy",
  "T",
  "U",
  "I",
  "B",
  "f32",
  "u32",
  "i32",
  "bool",
  "let",
  "var",
  "fn",
  "return",
]);

/**
 * Checks and completes a record. Usual values: no aliases, parameters or kinks, `transcendentals: 0`, `init: "he"`.
 * @throws ActigradError "option" naming what is wrong with the record
 */
/* @__NO_SIDE_EFFECTS__ */ // a bundle leaves out the records that nobody names
export function defineActivation<P extends string = never, const N extends string = string>(
  spec: ActivationSpec<P> & { readonly name: N },
): Activation<P> & { readonly name: N } {
  const record: Activation<P> = {
    aliases: [],
    source: "",
    params: {} as Record<P, ActivationParam>,
    kinks: () => [],
    transcendentals: 0,
    init: "he",
    ...spec,
  };
  const fail = (what: string): never => {
    throw new ActigradError("option", `activation "${record.name}": ${what}`, { name: record.name });
  };
  for (const name of [record.name, ...record.aliases]) {
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      fail(`"${name}" is not a name; expected lower case letters, digits and _`);
  }
  if (record.dfdy !== undefined && record.saves !== "y") fail('it has dfdy, so it must save "y"');
  const forms = [
    record.wgsl.f,
    record.wgsl.dfdx,
    ...Object.values<string | undefined>(record.wgsl.dfdp ?? {}),
  ];
  if (forms.some((form) => form === undefined || form.trim() === "")) fail("a WGSL form is empty");
  for (const [name, param] of Object.entries<ActivationParam>(record.params)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(name) || taken.has(name)) fail(`a parameter cannot be called "${name}"`);
    const wrong = Number.isFinite(param.default) ? param.check?.(param.default) : "it must be finite";
    if (wrong !== undefined) fail(`the default ${name} = ${param.default} is out of range: ${wrong}`);
    if (param.learnedAs !== undefined && param.learnable !== true)
      fail(`"${name}" is learned, but not learnable`);
    if (param.learnable !== true) continue;
    const key = name as P;
    if (record.saves !== "x") fail(`it has the learnable parameter "${name}", so it must save "x"`);
    if (record.wgsl.dfdp?.[key] === undefined || record.dfdp?.[key] === undefined) {
      fail(`the learnable parameter "${name}" needs a derivative (dfdp) in WGSL and in float64`);
    }
  }
  return Object.freeze({ ...record, name: spec.name });
}

/**
 * The values of all of a record's parameters: the given ones, checked, and defaults.
 * @throws ActigradError "option" for an unknown name (with the nearest one), a value that is not a finite float32,
 * or one out of its range
 */
export function resolveParams<P extends string>(
  record: Activation<P>,
  given: Readonly<Partial<Record<string, number>>> = {},
): Record<P, number> {
  const specs = record.params as Readonly<Record<string, ActivationParam>>;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(specs, name)) continue;
    if (Object.keys(specs).length > 0)
      throw unknownName(`parameter of ${record.name}`, name, Object.keys(specs));
    throw new ActigradError("option", `${record.name} has no parameters, got "${name}"`, { name });
  }
  const values: Record<string, number> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value: unknown = given[name] ?? spec.default;
    const wrong =
      typeof value !== "number" || !Number.isFinite(Math.fround(value))
        ? "expected a finite number"
        : spec.check?.(value);
    if (wrong !== undefined) {
      throw new ActigradError("option", `${record.name}: ${name} = ${String(value)} is out of range`, {
        hint: `${wrong} (${spec.doc}; default ${spec.default})`,
        name,
        value,
      });
    }
    values[name] = value as number;
  }
  const wrong = record.check?.(values as Record<P, number>);
  if (wrong !== undefined) {
    const list = Object.entries(values).map(([name, value]) => `${name} = ${value}`);
    throw new ActigradError("option", `${record.name}: ${list.join(", ")} do not fit together`, {
      hint: wrong,
    });
  }
  return values as Record<P, number>;
}
