/** Cases of activations that combine several elements: the softmax family, gated units, maxout, crelu. */
import { elements } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import * as nn from "../../nn/grouped.ts";
import type { Layer } from "../../nn/layer.ts";
import { crelu, glu, maxout } from "../../graph/ops/grouped.ts";
import { logSoftmax, softmax, softmin } from "../../graph/ops/softmax.ts";
import { chooseActivation } from "./activations.ts";
import { CaseGraph } from "./case-graph.ts";
import type { Fields, OracleCase } from "./oracle.ts";
import { type Runner, Unsupported, oneRun } from "./problem.ts";

type Build = (x: Node, axis: number, oracleCase: OracleCase) => Node;

/** y and dx of an op along an axis. The tensor is viewed as [1, before, axis], or [before, axis, behind]. */
const alongAxis =
  (build: Build): Runner =>
  (oracleCase, tolerances) => {
    const graph = new CaseGraph(oracleCase);
    const { shape, data } = graph.input("x");
    const given = oracleCase.number("params", "axis");
    const axis = given < 0 ? given + shape.length : given;
    const size = shape[axis];
    if (size === undefined) throw new Unsupported(`axis ${given} of [${shape.join(",")}]`);
    const [before, behind] = [elements(shape.slice(0, axis)), elements(shape.slice(axis + 1))];
    const x = graph.data("x", behind === 1 ? [1, before, size] : [before, size, behind]);
    const y = build(x, behind === 1 ? 2 : 1, oracleCase);
    // WGSL may assume that infinities do not occur.
    const advisory = data.some((v) => !Number.isFinite(v)) ? { advisory: () => true } : {};
    return oneRun(oracleCase, tolerances, graph, "shaped", {
      y: { node: () => y, ...advisory },
      dx: { node: () => graph.gradient(y, x), ...advisory },
    });
  };

/** A parameter that must be one of these words; the first is the default. */
function word<W extends string>(params: Fields, name: string, words: readonly [W, ...W[]]): W {
  const given = params.get(name) ?? words[0];
  const known = words.find((w) => w === given);
  if (known === undefined) throw new Unsupported(`${name} = ${String(given)}`);
  return known;
}

/** Our names of gate activations, by the oracle's names where they differ. */
const gates: Readonly<Record<string, string>> = { gelu_erf: "gelu" };

const gatedUnit = alongAxis((x, axis, oracleCase) => {
  const act = oracleCase.text("params", "act");
  const { record, params } = chooseActivation(gates[act] ?? act, new Map());
  const gate = word(oracleCase.group("params"), "gateHalf", ["second", "first"]);
  return glu(record, x, { axis, gate, params });
});

/** Runners by the oracle's names of these ops. */
export const groupedRunners: Readonly<Record<string, Runner>> = {
  softmax: alongAxis(softmax),
  log_softmax: alongAxis(logSoftmax),
  softmin: alongAxis(softmin),
  glu: gatedUnit,
  reglu: gatedUnit,
  geglu: gatedUnit,
  geglu_tanh: gatedUnit,
  swiglu: gatedUnit,
  bilinear: gatedUnit,
  maxout: alongAxis((x, axis, oracleCase) => {
    const params = oracleCase.group("params");
    const grouping = word(params, "grouping", ["adjacent", "strided"]);
    const ties = word(params, "ties", ["first", "even"]);
    return maxout(x, { axis, pieces: oracleCase.number("params", "pieces"), grouping, ties });
  }),
  crelu: alongAxis(crelu),
};

function axisOf(params: Fields): number {
  const axis = params.get("axis");
  if (typeof axis === "number") return axis;
  throw new Unsupported(`axis = ${String(axis)}`);
}

const gateOf = (params: Fields): nn.GateOptions => ({ gate: word(params, "gateHalf", ["second", "first"]) });

/** The layers of trajectories, by the oracle's names. All work along the features. */
export const groupedLayers: Readonly<Record<string, (params: Fields) => Layer>> = {
  softmax: (params) => nn.softmax({ axis: axisOf(params) }),
  log_softmax: (params) => nn.logSoftmax({ axis: axisOf(params) }),
  softmin: (params) => nn.softmin({ axis: axisOf(params) }),
  glu: (params) => nn.glu(gateOf(params)),
  reglu: (params) => nn.reglu(gateOf(params)),
  geglu: (params) => nn.geglu(gateOf(params)),
  geglu_tanh: (params) => nn.gegluTanh(gateOf(params)),
  swiglu: (params) => nn.swiglu(gateOf(params)),
  bilinear: (params) => nn.bilinear(gateOf(params)),
  maxout: (params) =>
    nn.maxout({
      pieces: Number(params.get("pieces")),
      grouping: word(params, "grouping", ["adjacent", "strided"]),
    }),
  crelu: () => nn.crelu(),
};
