/** Cases of attention and rotary positions, whose tensors have heads before time: here heads lie in the features. */
import type { Node } from "../../graph/graph.ts";
import { type AttentionOptions, FORBIDDEN, attention } from "../../graph/ops/attention.ts";
import { CaseGraph, floats } from "./case-graph.ts";
import type { OracleCase } from "./oracle.ts";
import { type Runner, type Values, oneRun } from "./problem.ts";

/** Permutes [B, H, T, D] to [B, T, H, D], or with the sizes in that order back. */
export function headsSwapped(values: Values, [b, h, t, d]: readonly number[]): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < b! * h! * t!; i++) {
    const [batch, head, time] = [Math.floor(i / (h! * t!)), Math.floor(i / t!) % h!, i % t!];
    for (let e = 0; e < d!; e++) out[((batch * t! + time) * h! + head) * d! + e] = values[i * d! + e]!;
  }
  return out;
}

/** A tensor [B, H, T, D] of the case as f32[1, B, T, H * D]. */
export function sequenceOf(build: CaseGraph, name: string): Node {
  const tensor = build.input(name);
  const [b, h, t, d] = tensor.shape as [number, number, number, number];
  return build.data(name, [1, b, t, h * d], headsSwapped(floats(tensor), tensor.shape));
}

/** What was [B, T, H * D] as the case has it. */
export const asHeads =
  (oracleCase: OracleCase, name: string) =>
  (values: Values): Values => {
    const [b, h, t, d] = oracleCase.tensor("out", name).shape as [number, number, number, number];
    return headsSwapped(values, [b, t, h, d]);
  };

export const advisoryOf = (oracleCase: OracleCase): { advisory?: () => boolean } =>
  oracleCase.get("advisory") === true ? { advisory: () => true } : {};

const attentionCase: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const number = (name: string): number => oracleCase.number("params", name);
  const [q, k, v] = ["q", "k", "v"].map((name) => sequenceOf(build, name)) as [Node, Node, Node];
  sequenceOf(build, "gy");
  const options: AttentionOptions = {
    heads: number("heads"),
    keyHeads: number("kvHeads"),
    scale: number("scale"),
    causal: oracleCase.get("params", "causal") === true,
    ...(oracleCase.has("params", "causalOffset") && { offset: number("causalOffset") }),
    ...maskOf(build, oracleCase),
    ...(oracleCase.has("in", "slopes") && { slopes: build.data("slopes", [1, 1, number("heads")]) }),
  };
  const y = attention(q, k, v, options);
  const output = (name: string, node: () => Node) => ({
    node,
    finish: asHeads(oracleCase, name),
    ...advisoryOf(oracleCase),
  });
  return oneRun(oracleCase, tolerances, build, "sequence", {
    y: output("y", () => y),
    dq: output("dq", () => build.gradient(y, q)),
    dk: output("dk", () => build.gradient(y, k)),
    dv: output("dv", () => build.gradient(y, v)),
  });
};

/** The additive mask of a case, or its boolean one as such. */
function maskOf(build: CaseGraph, oracleCase: OracleCase): Pick<AttentionOptions, "mask"> {
  const name = ["mask", "boolMask"].find((given) => oracleCase.has("in", given));
  if (name === undefined) return {};
  const given = build.input(name);
  const shape = [1, ...Array.from({ length: 4 - given.shape.length }, () => 1), ...given.shape];
  const values = floats(given).map((value) => (name === "mask" ? value : value === 0 ? FORBIDDEN : 0));
  return { mask: build.data(name, shape, values) };
}

/** Runners by the oracle's names. */
export const sequenceRunners: Readonly<Record<string, Runner>> = {
  attention: attentionCase,
};
