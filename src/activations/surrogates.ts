/** Functions with surrogate derivatives: forward functions, backward functions, and a record of both. */
import type { Activation, ActivationForms, ActivationParam, ParamValues } from "./activation.ts";
import type { ActivationSpec } from "./record.ts";

type Params = Readonly<Record<string, ActivationParam>>;

/** The part of a record for its function, without a derivative. */
export interface Forward {
  readonly formula: string;
  /** WGSL over x. */
  readonly wgsl: string;
  readonly params?: Params;
  f(x: number, p: ParamValues): number;
}

/** The surrogate of the derivative. */
export interface Backward {
  /** For people: `|x| ≤ 1`. */
  readonly formula: string;
  /** WGSL over x. */
  readonly wgsl: string;
  readonly params?: Params;
  /** The record's textbook forms, if it has any. */
  readonly textbook?: ActivationForms;
  /** Where it jumps or has a kink. */
  kinks?(p: ParamValues): readonly number[];
  dfdx(x: number, p: ParamValues): number;
}

/** The record's fields for a forward and a backward function. */
/* @__NO_SIDE_EFFECTS__ */
export const surrogate = (forward: Forward, backward: Backward): Omit<ActivationSpec<string>, "name"> => ({
  formula: `${forward.formula}; backward ${backward.formula}`,
  params: { ...forward.params, ...backward.params },
  saves: "x",
  wgsl: {
    f: forward.wgsl,
    dfdx: backward.wgsl,
    ...(backward.textbook && { textbook: backward.textbook }),
  },
  f: (x, p) => forward.f(x, p),
  dfdx: (x, p) => backward.dfdx(x, p),
  surrogate: true,
  kinks: (p) => [0, ...(backward.kinks?.(p) ?? [])],
});

/** -1, 0 or 1. */
export const signOf: Forward = {
  formula: "sign(x)",
  wgsl: "select(copysign_(T(1.0), x), x, ((bitcast<U>(x) & U(0x7fffffffu)) == U(0u)) | is_nan_(x))",
  f: (x) => Math.sign(x),
};

/** 1 above 0, otherwise 0. */
export const stepOf: Forward = {
  formula: "x > 0 ? 1 : 0",
  wgsl: "select(select(T(0.0), T(1.0), is_positive_(x)), x, is_nan_(x))",
  f: (x) => (x > 0 ? 1 : Number.isNaN(x) ? x : 0),
};

/** relu. */
export const reluOf: Forward = {
  formula: "max(x, 0)",
  wgsl: "select(x, T(0.0), x < T(0.0))",
  f: (x) => (x < 0 ? 0 : x),
};

/** Passes the gradient where |x| <= 1: the straight-through estimator. Bengio et al. 2013, Hubara et al. 2016. */
export const window: Backward = {
  formula: "|x| ≤ 1",
  wgsl: "select(T(0.0), T(1.0), abs(x) <= T(1.0))",
  kinks: () => [-1, 1],
  dfdx: (x) => (Math.abs(x) <= 1 ? 1 : 0),
};

/** From 1 at 0 to 0 at the width. Esser et al. 2016. */
export const triangle: Backward = {
  formula: "max(1 − |x / width|, 0)",
  params: {
    width: {
      default: 1,
      doc: "the gradient is 0 beyond this |x|",
      check: (width) => (width > 0 ? undefined : "expected more than 0"),
    },
  },
  wgsl: "let t = 1.0 - abs(x / width); return select(t, T(0.0), t < T(0.0));",
  kinks: ({ width }) => [-width!, width!],
  dfdx: (x, { width }) => Math.max(0, 1 - Math.abs(x / width!)),
};

/** The derivative of a softsign: SuperSpike's. Zenke, Ganguli 2018. */
export const fastSigmoid: Backward = {
  formula: "1 / (1 + steepness · |x|)²",
  params: {
    steepness: {
      default: 10,
      doc: "larger values narrow the gradient",
      check: (steepness) => (steepness >= 0 ? undefined : "expected 0 or more"),
    },
  },
  wgsl: "let r = 1.0 / (abs(x) * steepness + 1.0); return r * r;",
  dfdx: (x, { steepness }) => (1 + steepness! * Math.abs(x)) ** -2,
};

/** A record's function as the forward function, and another's derivative as the backward function, over x. */
export const forwardOf = ({ formula, wgsl, params, f }: Activation): Forward => ({
  formula,
  wgsl: wgsl.f,
  params,
  f,
});
