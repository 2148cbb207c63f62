/** Cases of the activations: elementwise ones by their records, and PReLU with its learned slope. */
import type { Activation } from "../../activations/activation.ts";
import { resolveParams } from "../../activations/params.ts";
import { findActivation } from "../../activations/index.ts";
import { prelu } from "../../activations/records/prelu.ts";
import { ActigradError } from "../../core/errors.ts";
import { elements } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import { activation } from "../../graph/ops/activation.ts";
import { rowOf } from "../../graph/ops/row.ts";
import { CaseGraph, floats } from "./case-graph.ts";
import type { Fields, OracleCase } from "./oracle.ts";
import { type Output, type Runner, Unsupported, oneRun } from "./problem.ts";
import type { Bound, Subject } from "./tolerance.ts";

/** A record and the parameters to run it with. */
export interface ChosenActivation {
  readonly record: Activation;
  readonly params: Readonly<Record<string, number>>;
}

/** Ops whose names or parameters differ from our records': each maps a case's parameters to a record's name and parameters. */
const translations: Readonly<Record<string, (params: Fields) => [name: string, params: Fields]>> = {
  gelu: (params) => {
    const { approximate, ...rest } = Object.fromEntries(params);
    return [approximate === "tanh" ? "gelu_tanh" : "gelu", new Map(Object.entries(rest))];
  },
  // Evaluation uses the mean slope. In training the slope is random, so a case cannot state a result.
  rrelu: (params) => {
    if (params.get("training") === true) throw new Unsupported("rrelu in training");
    return ["rrelu", new Map([...params].filter(([name]) => name !== "training"))];
  },
  // Our record has the paper's two constants built in.
  selu: (params) => {
    const constants = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };
    for (const [name, value] of Object.entries(constants)) {
      const given = params.get(name) ?? value;
      if (typeof given !== "number" || Math.abs(given / value - 1) > 1e-7)
        throw new Unsupported(`selu with ${name} = ${String(given)}`);
    }
    return ["selu", new Map()];
  },
  binary_step: (params) => {
    if (params.get("surrogate") !== "triangle") throw new Unsupported("binary_step with another surrogate");
    return ["step_triangle", without(params, "surrogate")];
  },
  arelu: (params) => ["arelu", fixed(params, "clamp", [0.01, 0.99])],
  apl: (params) => ["apl", fixed(params, "hinges", 2)],
  // Our definition has no eps; the oracle's changes y by less than the tolerance.
  xielu: (params) => ["xielu", fixed(params, "eps", -1e-6)],
  rational: (params) => {
    const rest = without(fixed(params, "degrees", [5, 4]), "version");
    return [`rational_${String(params.get("version")).toLowerCase()}`, rest];
  },
};

const without = (params: Fields, ...names: readonly string[]): Fields =>
  new Map([...params].filter(([name]) => !names.includes(name)));

/** The parameters without this one. @throws Unsupported unless it has the only value that our record supports */
function fixed(params: Fields, name: string, value: unknown): Fields {
  const given = params.get(name);
  if (JSON.stringify(given) === JSON.stringify(value)) return without(params, name);
  throw new Unsupported(`${name} = ${JSON.stringify(given)}`);
}

/** The record of an op, with a case's parameters. @throws Unsupported if there is no such record or it lacks a parameter */
export function chooseActivation(op: string, given: Fields): ChosenActivation {
  const own = without(given, "learned", "channelAxis", "surrogateGradient");
  const [name, params] = Object.hasOwn(translations, op) ? translations[op]!(own) : [op, own];
  const record = unlessOption(() => findActivation(name), "no op or activation of this name");
  const values = Object.fromEntries(params) as Record<string, number>;
  return { record, params: unlessOption(() => resolveParams(record, values)) };
}

/** Calls `choose`. @throws Unsupported in place of an ActigradError "option" */
function unlessOption<T>(choose: () => T, reason?: string): T {
  try {
    return choose();
  } catch (error) {
    if (error instanceof ActigradError && error.code === "option")
      throw new Unsupported(reason ?? error.message);
    throw error;
  }
}

/** Largest |x| that is judged; beyond it the oracle's values are advisory: reported, never failed. */
const required = 1e4;

/** Right derivatives at kinks where PyTorch's versions disagree: the oracle accepts either. */
const derivatives: Readonly<Record<string, (x: number) => readonly number[]>> = {
  hardswish: (x) => (x === -3 ? [-0.5, 0] : x === 3 ? [1, 1.5] : []),
};

/** The section of the table of tolerances for a case: "frontier" for cases of that file, else `kind`. */
export const sectionOf = (oracleCase: OracleCase, kind: Subject["section"]): Subject["section"] =>
  oracleCase.index.get("name") === "frontier" ? "frontier" : kind;

/** The record's parameters that one tensor of the oracle holds, in order: one, or all coefficients of a polynomial. */
export function learnedNames(record: Activation, tensor: string): string[] {
  if (record === prelu && tensor === "alpha") return ["a"];
  if (Object.hasOwn(record.params, tensor)) return [tensor];
  return Object.keys(record.params).filter(
    (name) => /^\d+$/.test(name.slice(tensor.length)) && name.startsWith(tensor),
  );
}

/** y = f(x), dx = gy f' and the gradients of learned parameters, computed as in training: f' from the x or y that the record saves. */
export const elementwise: Runner = (oracleCase, tolerances) => {
  const op = oracleCase.text("op");
  const given = oracleCase.group("params");
  const { record, params } = chooseActivation(op, given);
  const build = new CaseGraph(oracleCase);
  const { data: xs, shape } = build.input("x");
  const axis = channelAxis(given, shape.length);
  // Features [1, batch, channels], or several values per channel [batch, channels, values].
  const [batch, channels] = [elements(shape.slice(0, axis)), shape[axis]!];
  const inner = elements(shape.slice(axis + 1));
  const x = build.data("x", inner === 1 ? [1, batch, channels] : [batch, channels, inner]);
  const learned = new Map<string, Node>();
  const nodes: Record<string, Node> = {};
  const shared: Record<string, number> = { ...params };
  for (const tensor of listed(given.get("learned"))) {
    const names = learnedNames(record, tensor);
    const values = floats(build.input(tensor));
    const each = values.length / names.length;
    if (names.length === 0 || (each !== 1 && each !== channels))
      throw new Unsupported(`${values.length} values of ${tensor}`);
    const rows = names.length > 1;
    const size = rows || each === 1 || inner === 1 ? [1, names.length, each] : [1, each, 1];
    const state = build.state(tensor, size, values);
    learned.set(`d${tensor}`, state);
    for (const [row, name] of names.entries()) {
      const value = rows ? rowOf(state, row) : state;
      const { of } = record.params[name]!.constraint ?? {};
      nodes[name] = of === undefined ? value : activation(of.activation, value, of.params);
      shared[name] = of?.activation.f(values[row]!, of.params) ?? values[row]!;
    }
  }
  const y = activation(record, x, { ...params, ...nodes });
  const advisory = (i: number): boolean => !(Math.abs(xs[i]!) <= required);
  // WGSL may flush a denormal x to 0.
  const flushed = (i: number): boolean => xs[i] !== 0 && Math.abs(xs[i]!) < 2 ** -126;
  const either = (i: number): readonly number[] =>
    derivatives[op]?.(xs[i]!) ?? (flushed(i) ? [record.dfdx(xs[i]!, shared), record.dfdx(0, shared)] : []);
  const outputs: Record<string, Output> = {
    y: {
      node: () => y,
      advisory,
      also: (i) => (flushed(i) ? [record.f(xs[i]!, shared), record.f(0, shared)] : []),
    },
    dx: {
      node: () => build.gradient(y, x),
      advisory,
      also: (i) => either(i).map((slope) => slope * build.input("gy").data[i]!),
    },
  };
  for (const [name, state] of learned) outputs[name] = { node: () => build.gradient(y, state) };
  return oneRun(oracleCase, tolerances, build, sectionOf(oracleCase, "activations"), outputs);
};

/** The axis of the channels; the last by default. */
function channelAxis(params: Fields, rank: number): number {
  const axis = params.get("channelAxis") ?? -1;
  if (typeof axis !== "number" || axis < -rank || axis >= rank)
    throw new Unsupported(`channelAxis = ${String(axis)}`);
  return axis < 0 ? axis + rank : axis;
}

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** PReLU: one slope, or one per channel (axis 1), as a learned tensor. */
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
  // Features [1, batch, channels], or several values per channel [batch, channels, values].
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
