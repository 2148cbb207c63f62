/** Cases of whole networks: layers, their parameters, a loss, and every gradient. */
import { ActigradError } from "../../core/errors.ts";
import { elements } from "../../core/shape.ts";
import { prelu } from "../../activations/records/prelu.ts";
import { buildChain, buildContext } from "../../nn/chain.ts";
import { conv2d } from "../../nn/conv.ts";
import { flatten as flattenLayer, physical } from "../../nn/image.ts";
import type { Layer } from "../../nn/layer.ts";
import { linear } from "../../nn/linear.ts";
import { type Loss, lossOf } from "../../nn/loss.ts";
import * as losses from "../../nn/losses/index.ts";
import { batchNorm2d, layerNorm } from "../../nn/norm.ts";
import { avgPool2d, maxPool2d } from "../../nn/pool.ts";
import type { Node } from "../../graph/graph.ts";
import { flatten, unflatten } from "../../graph/ops/flatten.ts";
import { grad } from "../../graph/grad.ts";
import type { PairOption } from "../../graph/ops/window.ts";
import { chooseActivation } from "./activations.ts";
import { CaseGraph } from "./case-graph.ts";
import { Entry, type Fields, type OracleCase } from "./oracle.ts";
import { type Expectation, type Runner, type Values, Unsupported } from "./problem.ts";

/** A layer of the case. `parameters`: the case's names of its parameters, by PyTorch's names. */
interface NamedLayer {
  readonly layer: Layer;
  readonly parameters: ReadonlyMap<string, string>;
}

const pair = (entry: Entry, name: string): PairOption => {
  const value = entry.get(name);
  if (Array.isArray(value) && value.length === 2) return [Number(value[0]), Number(value[1])];
  return entry.number(name);
};

const windowOf = (entry: Entry) => ({ stride: pair(entry, "stride"), padding: pair(entry, "padding") });

const layers: Readonly<Record<string, (entry: Entry) => Layer>> = {
  linear: (entry) => linear(entry.number("in"), entry.number("out")),
  conv2d: (entry) =>
    conv2d(entry.number("in"), entry.number("out"), pair(entry, "kernel"), {
      ...windowOf(entry),
      groups: entry.number("groups"),
      bias: entry.has("b"),
    }),
  act(entry) {
    const { record, params } = chooseActivation(entry.text("op"), entry.group("params"));
    return record({ ...params, learn: false });
  },
  prelu: () => prelu({ perChannel: true }),
  batchnorm2d: (entry) => batchNorm2d(entry.number("dim"), { eps: entry.number("eps") }),
  layernorm: (entry) => layerNorm(entry.number("dim"), { eps: entry.number("eps") }),
  maxpool2d: (entry) => maxPool2d(pair(entry, "kernel"), windowOf(entry)),
  avgpool2d: (entry) => avgPool2d(pair(entry, "kernel"), windowOf(entry)),
  flatten: () => flattenLayer(),
};

/** PyTorch's parameter names, by the fields of the case. */
const fields = { w: "weight", b: "bias", alpha: "weight" } as const;

function layerOf(oracleCase: OracleCase, value: unknown, i: number): NamedLayer {
  if (!(value instanceof Map))
    throw new ActigradError("format", `${oracleCase.where}: layer ${i} is not an object`);
  const entry = new Entry(`${oracleCase.where}: layer ${i}`, value as Fields);
  const type = entry.text("type");
  if (!Object.hasOwn(layers, type)) throw new Unsupported(`layer "${type}"`);
  const own = Object.entries(fields).filter(([field]) => entry.has(field));
  return {
    layer: layers[type]!(entry),
    parameters: new Map(own.map(([field, torch]) => [`${i}.${torch}`, entry.text(field)])),
  };
}

/** Our losses, by the oracle's names. */
const lossNames: Readonly<Record<string, (params: Readonly<Record<string, number>>) => Loss>> = {
  smooth_l1: (params) => losses.smoothL1(params),
  l1_free_huber: (params) => losses.huber(params),
  mse: () => losses.mse(),
  l1: () => losses.l1(),
  bce_with_logits: () => losses.bceWithLogits(),
  cross_entropy: () => losses.crossEntropy(),
  cross_entropy_smooth: (params) => losses.crossEntropy(params),
};

function chooseLoss(oracleCase: OracleCase): Loss {
  const name = oracleCase.text("loss");
  if (!Object.hasOwn(lossNames, name)) throw new Unsupported(`loss "${name}"`);
  if (oracleCase.text("reduction") !== "mean")
    throw new Unsupported(`reduction "${oracleCase.text("reduction")}"`);
  const params = [...oracleCase.group("lossParams").keys()].map(
    (param) => [param, oracleCase.number("lossParams", param)] as const,
  );
  return lossNames[name]!(Object.fromEntries(params));
}

/** The network's output in training mode, its loss, and the gradients of the input and of every parameter. */
export const network: Runner = (oracleCase, tolerances) => {
  const given = oracleCase.get("layers");
  if (!Array.isArray(given))
    throw new ActigradError("format", `${oracleCase.where}: expected a list of layers`);
  const chain = given.map((value, i) => layerOf(oracleCase, value, i));
  const loss = chooseLoss(oracleCase);
  const build = new CaseGraph(oracleCase);
  const { shape } = build.input("x");
  const sample = shape.slice(1);
  const x = build.data("x", [1, shape[0]!, elements(sample)]);
  const context = buildContext(build.graph, 1, true);
  const { parameters } = context;
  const image = sample.length === 1 ? x : unflatten(x, physical(sample));
  const built = buildChain(
    chain.map(({ layer }) => layer),
    context,
    "",
    image,
  );
  const y = flatten(built.at(-1)!.output);
  const [, rows = 1, width = 1] = y.shape;
  const target =
    loss.targets === "values" ? build.data("target", [1, rows, width]) : build.labels("target", [1, rows, 1]);
  const value = lossOf(loss, y, target);

  const wanted: { tensor: string; want: Values; node: Node; finish?: (all: Values) => Values }[] = [
    { tensor: "y", want: oracleCase.tensor("out", "y").data, node: y },
    { tensor: "loss", want: [oracleCase.number("out", "loss")], node: value },
  ];
  const nodes = parameters.map(({ node }) => node);
  const [dx, ...gradients] = grad(value, [x, ...nodes]);
  wanted.push({ tensor: "dx", want: oracleCase.tensor("out", "dx").data, node: dx! });
  const names = new Map(chain.flatMap(({ parameters: own }) => [...own]));
  for (const [i, { node, init, views }] of parameters.entries()) {
    const values = init(0);
    for (const { name, shape: own, index } of views) {
      const oracleName = names.get(name);
      if (oracleName === undefined) continue; // running statistics
      const { data } = oracleCase.tensor("params", oracleName);
      for (let e = 0; e < data.length; e++) values[index(e)] = data[e]!;
      const finish = (all: Values): Values =>
        Float32Array.from({ length: elements(own) }, (_, e) => all[index(e)]!);
      const want = oracleCase.tensor("out", "grads", oracleName).data;
      wanted.push({ tensor: `grads.${oracleName}`, want, node: gradients[i]!, finish });
    }
    build.start.set(node.label, values);
  }
  for (const { tensor, node } of wanted) build.graph.output(tensor, node);
  const subject = { section: "nets", id: oracleCase.id, op: "network" } as const;
  // The table has tolerances for the loss and the gradients; the network's output uses that of the gradients.
  const kind = (tensor: string): string => (tensor === "loss" ? "loss" : "grads");
  const expected = wanted.map(({ tensor, want }): Expectation => ({
    tensor,
    want,
    bound: tolerances.of(subject, kind(tensor), want),
  }));
  return {
    graphs: { network: build.graph },
    start: build.start,
    expected,
    async measure(machine) {
      await machine.run("network", [{}]);
      const found = new Map<string, Values>();
      for (const { tensor, finish } of wanted) {
        const all = await machine.output("network", tensor);
        found.set(tensor, finish === undefined ? all : finish(all));
      }
      return found;
    },
  };
};
