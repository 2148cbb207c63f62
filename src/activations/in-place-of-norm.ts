/** Squashing functions that replace a norm: gamma s(x) + beta, with a scale and a shift per channel. */
import special from "../../shaders/special.wgsl?raw";
import type { Activation, ActivationForms, ActivationParam, ParamValues } from "./activation.ts";
import { learning } from "./learning.ts";

type Own<K extends string> = Readonly<Record<K, ActivationParam>>;
type Value<K extends string> = (x: number, p: ParamValues<K | "gamma" | "beta">) => number;

/** s, and what gamma s + beta needs besides gamma and beta. */
interface Squashing<K extends string> {
  /** WGSL of s. */
  readonly s: string;
  /** s in float64. */
  readonly value: Value<K>;
  readonly params: Own<K>;
  readonly wgsl: Pick<ActivationForms, "dfdx"> & {
    /** The derivative by gamma is s unless stated otherwise. */
    readonly dfdp: Readonly<Record<K, string> & Partial<Record<"gamma", string>>>;
    readonly textbook: ActivationForms;
  };
  readonly dfdp: Readonly<Record<K, Value<K>>>;
}

const byChannel = { learnable: true, scope: "channel" } as const;

/** The fields of such a record that follow from s. */
/* @__NO_SIDE_EFFECTS__ */
export const inPlaceOfNorm = <K extends string>({ s, value, params, wgsl, dfdp }: Squashing<K>) => ({
  params: {
    ...params,
    gamma: { default: 1, doc: "the scale", learnedAs: "weight", ...byChannel },
    beta: { default: 0, doc: "the shift", learnedAs: "bias", ...byChannel },
  } as Own<K | "gamma" | "beta">,
  learning,
  saves: "x" as const,
  wgsl: {
    ...wgsl,
    library: special,
    f: `gamma * ${s} + beta`,
    dfdp: { ...wgsl.dfdp, gamma: wgsl.dfdp.gamma ?? s, beta: "T(1.0)" },
  } as Activation<K | "gamma" | "beta">["wgsl"],
  f: ((x, p) => p.gamma * value(x, p) + p.beta) as Value<K>,
  dfdp: { ...dfdp, gamma: value, beta: () => 1 } as Readonly<Record<K | "gamma" | "beta", Value<K>>>,
  transcendentals: 1 as const,
  init: "glorot" as const,
});
