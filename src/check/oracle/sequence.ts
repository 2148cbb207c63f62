/** Cases of attention and rotary positions. The oracle's tensors are [B, H, T, D]; ours have the heads within the features. */
import { tanh } from "../../activations/records/tanh.ts";
import type { Node } from "../../graph/graph.ts";
import { activation } from "../../graph/ops/activation.ts";
import { type AttentionOptions, FORBIDDEN, attention } from "../../graph/ops/attention.ts";
import { lookup } from "../../graph/ops/embedding.ts";
import { matmul } from "../../graph/ops/matmul.ts";
import { add } from "../../graph/ops/pointwise.ts";
import { type RopeStyle, rope, ropeTable, ropeValues } from "../../graph/ops/rope.ts";
import { tensor } from "../../graph/ops/source.ts";
import { pick } from "../../graph/ops/view.ts";
import { lossOf } from "../../nn/loss.ts";
import { crossEntropy } from "../../nn/losses/index.ts";
import { sinusoidalValues } from "../../nn/sequence/positions.ts";
import { CaseGraph, floats } from "./case-graph.ts";
import type { OracleCase } from "./oracle.ts";
import { type Runner, type Values, oneRun } from "./problem.ts";

/** Permutes [B, H, T, D] to [B, T, H, D]; given the sizes in that order, permutes back. */
export function headsSwapped(values: Values, [b, h, t, d]: readonly number[]): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < b! * h! * t!; i++) {
    const [batch, head, time] = [Math.floor(i / (h! * t!)), Math.floor(i / t!) % h!, i % t!];
    for (let e = 0; e < d!; e++) out[((batch * t! + time) * h! + head) * d! + e] = values[i * d! + e]!;
  }
  return out;
}

/** An input [B, H, T, D] of the case as f32[1, B, T, H * D]. */
export function sequenceOf(build: CaseGraph, name: string): Node {
  const tensor = build.input(name);
  const [b, h, t, d] = tensor.shape as [number, number, number, number];
  return build.data(name, [1, b, t, h * d], headsSwapped(floats(tensor), tensor.shape));
}

/** Converts [B, T, H * D] to the case's [B, H, T, D]. */
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

/** A case's mask: additive as it is, or a boolean one as 0 and FORBIDDEN. */
function maskOf(build: CaseGraph, oracleCase: OracleCase): Pick<AttentionOptions, "mask"> {
  const name = ["mask", "boolMask"].find((given) => oracleCase.has("in", given));
  if (name === undefined) return {};
  const given = build.input(name);
  const shape = [1, ...Array.from({ length: 4 - given.shape.length }, () => 1), ...given.shape];
  const values = floats(given).map((value) => (name === "mask" ? value : value === 0 ? FORBIDDEN : 0));
  return { mask: build.data(name, shape, values) };
}

/** Rotary positions. Heads lie side by side in the features, or become samples if each has its own positions. */
const ropeCase: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const [, heads, time, dim] = build.input("x").shape as [number, number, number, number];
  const x = sequenceOf(build, "x");
  sequenceOf(build, "gy");
  const { rotary, base, style } = {
    rotary: oracleCase.number("params", "rotaryDim"),
    base: oracleCase.number("params", "base"),
    style: oracleCase.text("params", "style") as RopeStyle,
  };
  const offset = oracleCase.number("params", "positionOffset");
  let table: Node;
  if (oracleCase.has("in", "positions")) {
    const { shape, data } = build.input("positions");
    table = build.data("positions", [1, ...shape, rotary], ropeValues(Array.from(data), rotary, base));
  } else {
    const positions = Array.from({ length: time }, (_, t) => offset + t);
    table = ropeTable(build.graph, positions, { rotary, base });
  }
  const y = rope(x, table, { heads, dim, style });
  return oneRun(oracleCase, tolerances, build, "sequence", {
    y: { node: () => y, finish: asHeads(oracleCase, "y"), ...advisoryOf(oracleCase) },
    dx: { node: () => build.gradient(y, x), finish: asHeads(oracleCase, "dx"), ...advisoryOf(oracleCase) },
  });
};

const sinusoidal: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const number = (name: string): number => oracleCase.number("params", name);
  const [length, dim] = [number("length"), number("dim")];
  const positions = Array.from({ length }, (_, t) => number("positionOffset") + t);
  const layout = oracleCase.text("params", "layout") === "halves" ? "halves" : "interleaved";
  const values = sinusoidalValues(positions, dim, { base: number("base"), layout });
  const y = add(tensor(build.graph, "sines", [1, 1, length, dim], values), 0);
  return oneRun(oracleCase, tolerances, build, "sequence", { y: { node: () => y } });
};

/** y = wte[idx] + wpe[offset + t]. */
const embeddingPositions: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const [b, t] = build.input("idx").shape as [number, number];
  const wte = build.data("wte", [1, ...build.input("wte").shape]);
  const wpe = build.data("wpe", [1, 1, ...build.input("wpe").shape]);
  const start = oracleCase.number("params", "positionOffset");
  const y = add(
    lookup(wte, build.labels("idx", [1, b, t, 1])),
    pick(wpe, { axis: 2, start, step: 1, size: t }),
  );
  build.data("gy", y.shape);
  return oneRun(oracleCase, tolerances, build, "sequence", {
    y: { node: () => y },
    dwte: { node: () => build.gradient(y, wte) },
    dwpe: { node: () => build.gradient(y, wpe) },
  });
};

/** y = tanh(w[idx]) wᵀ, or its mean cross entropy. */
const tiedEmbedding: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const [b, t] = build.input("idx").shape as [number, number];
  const w = build.data("w", [1, ...build.input("w").shape]);
  const logits = matmul(activation(tanh, lookup(w, build.labels("idx", [1, b, t, 1]))), w, "abt");
  const judged = oracleCase.has("params", "loss");
  const y = judged ? lossOf(crossEntropy(), logits, build.labels("target", [1, b * t, 1])) : logits;
  build.data("gy", y.shape);
  return oneRun(oracleCase, tolerances, build, "sequence", {
    y: { node: () => y },
    dw: { node: () => build.gradient(y, w) },
  });
};

/** Runners by the oracle's names. */
export const sequenceRunners: Readonly<Record<string, Runner>> = {
  attention: attentionCase,
  rope: ropeCase,
  sinusoidal_positions: sinusoidal,
  embedding_positions: embeddingPositions,
  tied_embedding: tiedEmbedding,
};
