/** Cases of the activations: elementwise ones by their records, and PReLU with its learned slope. */
import type { Activation } from "../../activations/activation.ts";
import { resolveParams } from "../../activations/params.ts";
import { findActivation } from "../../activations/index.ts";
import { prelu } from "../../activations/records/prelu.ts";
import { ActigradError } from "../../core/errors.ts";
import { elements } from "../../core/shape.ts";
import { activation } from "../../graph/ops/activation.ts";
import { CaseGraph, floats } from "./case-graph.ts";
import type { Fields } from "./oracle.ts";
import { type Output, type Runner, Unsupported, oneRun } from "./problem.ts";
import type { Bound } from "./tolerance.ts";

/** A record and the parameters to run it with. */
export interface ChosenActivation {
  readonly record: Activation;
  readonly params: Readonly<Record<string, number>>;
}

/** Ops whose parameters are not those of the record of the same name. */
const translations: Readonly<Record<string, (params: Fields) => [name: string, params: Fields]>> = {
  gelu: (params) => {
    const { approximate, ...rest } = Object.fromEntries(params);
    return [approximate === "tanh" ? "gelu_tanh" : "gelu", new Map(Object.entries(rest))];
  },
  // Evaluation uses the mean slope; in training it is drawn at random, and no case can say what must come out.
  rrelu: (params) => {
    if (params.get("training") === true) throw new Unsupported("rrelu in training");
    return ["rrelu", new Map([...params].filter(([name]) => name !== "training"))];
  },
  // The paper's two constants, which are what makes it a SELU.
  selu: (params) => {
    const constants = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };
    for (const [name, value] of Object.entries(constants)) {
      const given = params.get(name) ?? value;
      if (typeof given !== "number" || Math.abs(given / value - 1) > 1e-7)
        throw new Unsupported(`selu with ${name} = ${String(given)}`);
    }
    return ["selu", new Map()];
  },
};

/** The record of an op with a case's parameters. @throws Unsupported when there is none, or it has other parameters */
export function chooseActivation(op: string, given: Fields): ChosenActivation {
  const [name, params] = Object.hasOwn(translations, op) ? translations[op]!(given) : [op, given];
  const record = unlessOption(() => findActivation(name), "no op or activation of this name");
  const values = Object.fromEntries(params) as Record<string, number>;
  return { record, params: unlessOption(() => resolveParams(record, values)) };
}

/** A value, or Unsupported where the engine has no such option. */
function unlessOption<T>(choose: () => T, reason?: string): T {
  try {
    return choose();
  } catch (error) {
    if (error instanceof ActigradError && error.code === "option")
      throw new Unsupported(reason ?? error.message);
    throw error;
  }
}

/** Beyond it the oracle's values are advisory: reported, never failed. */
const required = 1e4;

/** PyTorch's versions differ in which one-sided derivative hardswish has at its kinks; the oracle accepts either. */
const derivatives: Readonly<Record<string, (x: number) => readonly number[]>> = {
  hardswish: (x) => (x === -3 ? [-0.5, 0] : x === 3 ? [1, 1.5] : []),
};

/** y = f(x) and dx = gy f', as training computes it: from x or y, whichever the record saves. */
export const elementwise: Runner = (oracleCase, tolerances) => {
  const op = oracleCase.text("op");
  const { record, params } = chooseActivation(op, oracleCase.group("params"));
  const build = new CaseGraph(oracleCase);
  const xs = build.input("x").data;
  const x = build.data("x", [1, 1, xs.length]);
  const y = activation(record, x, params);
  const advisory = (i: number): boolean => !(Math.abs(xs[i]!) <= required);
  const also = (i: number): number[] =>
    (derivatives[op]?.(xs[i]!) ?? []).map((slope) => slope * build.input("gy").data[i]!);
  const outputs: Record<string, Output> = {
    y: { node: () => y, advisory },
    dx: { node: () => build.gradient(y, x), advisory, also },
  };
  return oneRun(oracleCase, tolerances, build, "activations", outputs);
};

/** PReLU: one slope, or one a channel (axis 1), as a learned tensor. */
export const preluWithSlope: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const { shape } = build.input("x");
  const alpha = floats(build.input("alpha"));
  const channels = alpha.length;
  if (channels !== 1 && channels !== shape[1])
    throw new ActigradError(
      "format",
      `${oracleCase.where}: ${channels} slopes for x of [${shape.join(",")}]`,
    );
  // Features [1, batch, channels], or several values a channel [batch, channels, values].
  const [batch, width, inner] = [shape[0] ?? 1, shape[1] ?? 1, elements(shape.slice(2))];
  const x = build.data("x", inner === 1 ? [1, batch, width] : [batch, width, inner]);
  const slope = build.state("alpha", inner === 1 ? [1, 1, channels] : [1, channels, 1], alpha);
  const y = activation(prelu, x, { a: slope });
  const outputs: Record<string, Output> = {
    y: { node: () => y },
    dx: { node: () => build.gradient(y, x) },
    dalpha: {
      node: () => build.gradient(y, slope),
      rules: {
        "atol = 2^-23 * n * sum|gy*x| / sqrt(n) (see reductions)": () =>
          slopeBound(build, channels, channels === 1 ? 1 : inner),
      },
    },
  };
  return oneRun(oracleCase, tolerances, build, "shaped", outputs);
};

/** "see reductions": 2^-23 (4 + sqrt K) sum |a b| for a sum of K products; here the K terms gy x of each slope. */
function slopeBound(build: CaseGraph, channels: number, inner: number): Bound {
  const [x, gy] = [build.input("x").data, build.input("gy").data];
  const sums = new Float64Array(channels);
  for (const [i, value] of x.entries()) sums[Math.floor(i / inner) % channels]! += Math.abs(value * gy[i]!);
  const factor = 2 ** -23 * (4 + Math.sqrt(x.length / channels));
  return (i) => ({ atol: factor * sums[i]!, rtol: 0 });
}
