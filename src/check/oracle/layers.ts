/** Cases of layers other than linear: built as in a model, with parameters set by name. */
import { elements } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import { buildContext } from "../../nn/chain.ts";
import { type Conv1dOptions, conv1d, conv2d } from "../../nn/conv.ts";
import { convTranspose2d, upsample } from "../../nn/conv-transpose.ts";
import { dropout } from "../../nn/dropout.ts";
import { embedding } from "../../nn/embedding.ts";
import { physical } from "../../nn/image.ts";
import { kan } from "../../nn/kan.ts";
import type { Layer } from "../../nn/layer.ts";
import { batchNorm1d, batchNorm2d, groupNorm, layerNorm, rmsNorm } from "../../nn/norm.ts";
import { avgPool2d, globalAvgPool2d, maxPool2d } from "../../nn/pool.ts";
import { assign } from "../../graph/ops/assign.ts";
import { flatten, unflatten } from "../../graph/ops/flatten.ts";
import type { PairOption } from "../../graph/ops/window.ts";
import { CaseGraph } from "./case-graph.ts";
import type { OracleCase } from "./oracle.ts";
import { type Output, type Runner, type Values, Unsupported, oneRun } from "./problem.ts";

/** PyTorch's parameter names, by the oracle's. */
const names: Readonly<Record<string, string>> = {
  w: "weight",
  b: "bias",
  runningMean: "running_mean",
  runningVar: "running_var",
  baseWeight: "base_weight",
  splineWeight: "spline_weight",
};

interface LayerCase {
  readonly layer: Layer;
  readonly training?: boolean;
  /** Length of a row, if the layer's input is the tensor's rows rather than its samples. */
  readonly row?: number;
  /** The case's name for the input. Default "x". */
  readonly input?: string;
}

/** Views a sample [channels, ...places], in PyTorch's order, as the layer expects it. */
const seenAs = (x: Node, sample: readonly number[]): Node =>
  sample.length <= 1 ? x : unflatten(x, physical(sample));

/** y, dx, the gradients of all parameters, and the updated running statistics. */
const layerCase =
  (make: (oracleCase: OracleCase) => LayerCase): Runner =>
  (oracleCase, tolerances) => {
    const { layer, training = false, row, input = "x" } = make(oracleCase);
    const build = new CaseGraph(oracleCase);
    const { shape, data } = build.input(input);
    const sample = row === undefined ? shape.slice(1) : [row];
    const x = build.data(input, [1, data.length / elements(sample), elements(sample)]);
    const context = buildContext(build.graph, 1, training);
    const { parameters, updates } = context;
    const y = flatten(layer.build({ ...context, name: "layer" }, seenAs(x, sample)));
    const outputs: Record<string, Output> = {
      y: { node: () => y },
      dx: { node: () => build.gradient(y, x) },
    };
    for (const { node, init, views } of parameters) {
      const values = init(0);
      let after: Node | undefined; // the updated running statistics, which share one tensor
      for (const { name, shape: own, index } of views) {
        const [oracleName] = Object.entries(names).find(([, torch]) => name === `layer.${torch}`) ?? [""];
        const given = oracleCase.has("in", oracleName) ? build.input(oracleName).data : [];
        for (let i = 0; i < given.length; i++) values[index(i)] = given[i]!;
        const finish = (all: Values): Values =>
          Float32Array.from({ length: elements(own) }, (_, i) => all[index(i)]!);
        outputs[`d${oracleName}`] = { node: () => build.gradient(y, node), finish };
        outputs[`${oracleName}After`] = {
          node() {
            const update = updates.find(({ state }) => state === node);
            return (after ??= update === undefined ? node : assign(update.state, update.value));
          },
          finish,
        };
      }
      build.start.set(node.label, values);
    }
    // The files "sequence" and "frontier" have sections of their own in the table of tolerances.
    const file = oracleCase.index.get("name");
    const section = file === "sequence" || file === "frontier" ? file : "layers";
    return oneRun(oracleCase, tolerances, build, section, outputs);
  };

function pair(oracleCase: OracleCase, name: string): PairOption {
  const value = oracleCase.get("params", name);
  if (Array.isArray(value) && value.length === 2) return [Number(value[0]), Number(value[1])];
  return oracleCase.number("params", name);
}

const flag = (oracleCase: OracleCase, name: string): boolean => oracleCase.get("params", name) === true;

const windowOf = (oracleCase: OracleCase) => ({
  stride: pair(oracleCase, "stride"),
  padding: pair(oracleCase, "padding"),
});

const batchNorm: Runner = layerCase((c) => {
  const { shape } = c.tensor("in", "x");
  const options = {
    eps: c.number("params", "eps"),
    momentum: c.number("params", "momentum"),
    affine: flag(c, "affine"),
  };
  const make = shape.length === 4 ? batchNorm2d : batchNorm1d;
  return { layer: make(shape[1]!, options), training: c.text("params", "mode") === "train" };
});

const affineOf = (c: OracleCase) => ({ eps: c.number("params", "eps"), affine: flag(c, "affine") });

/** Runners by the oracle's names of these layers. */
export const layerRunners: Readonly<Record<string, Runner>> = {
  conv2d: layerCase((c) => {
    const [outputs = 1, channels = 1] = c.tensor("in", "w").shape;
    const groups = c.number("params", "groups");
    const options = { ...windowOf(c), dilation: pair(c, "dilation"), groups, bias: c.has("in", "b") };
    return { layer: conv2d(channels * groups, outputs, pair(c, "kernel"), options) };
  }),
  conv1d: layerCase((c) => {
    const [outputs = 1, channels = 1] = c.tensor("in", "w").shape;
    const groups = c.number("params", "groups");
    const [stride, padding, dilation] = ["stride", "padding", "dilation"].map((n) => c.number("params", n));
    const options = { stride, padding, dilation, groups, bias: c.has("in", "b") } as Conv1dOptions;
    return { layer: conv1d(channels * groups, outputs, c.number("params", "kernel"), options) };
  }),
  conv_transpose2d: layerCase((c) => {
    const [inputs = 1, channels = 1] = c.tensor("in", "w").shape;
    const groups = c.number("params", "groups");
    const more = { dilation: pair(c, "dilation"), outputPadding: pair(c, "outputPadding") };
    const options = { ...windowOf(c), ...more, groups, bias: c.has("in", "b") };
    return { layer: convTranspose2d(inputs, channels * groups, pair(c, "kernel"), options) };
  }),
  upsample_nearest2d: layerCase((c) => ({ layer: upsample(pair(c, "scale")) })),
  maxpool2d: layerCase((c) => ({
    layer: maxPool2d(pair(c, "kernel"), {
      ...windowOf(c),
      dilation: pair(c, "dilation"),
      ceilMode: flag(c, "ceilMode"),
    }),
  })),
  avgpool2d: layerCase((c) => ({
    layer: avgPool2d(pair(c, "kernel"), {
      ...windowOf(c),
      ceilMode: flag(c, "ceilMode"),
      countIncludePad: flag(c, "countIncludePad"),
    }),
  })),
  globalavgpool2d: layerCase(() => ({ layer: globalAvgPool2d() })),
  batchnorm1d: batchNorm,
  batchnorm2d: batchNorm,
  layernorm: layerCase((c) => {
    const sizes = c.get("params", "normalizedShape");
    const row = Array.isArray(sizes) ? elements(sizes.map(Number)) : c.number("params", "normalizedShape");
    return { layer: layerNorm(row, affineOf(c)), row };
  }),
  rmsnorm: layerCase((c) => {
    if (c.number("params", "axis") !== -1) throw new Unsupported("rmsnorm along an axis other than the last");
    const row = c.tensor("in", "x").shape.at(-1) ?? 1;
    return { layer: rmsNorm(row, affineOf(c)), row };
  }),
  groupnorm: layerCase((c) => {
    const channels = c.tensor("in", "x").shape[1] ?? 1;
    return { layer: groupNorm(c.number("params", "groups"), channels, { eps: c.number("params", "eps") }) };
  }),
  embedding: layerCase((c) => {
    const paddingIdx = c.has("params", "paddingIdx") ? { paddingIdx: c.number("params", "paddingIdx") } : {};
    const layer = embedding(c.number("params", "num"), c.number("params", "dim"), paddingIdx);
    return { layer, input: "idx" };
  }),
  kan: layerCase((c) => {
    const [grid, order] = [c.number("params", "grid"), c.number("params", "order")];
    const range = c.get("params", "range");
    if (!Array.isArray(range) || c.text("params", "base") !== "silu")
      throw new Unsupported("a kan without a range, or with a base other than silu");
    const options = { grid, order, range: [Number(range[0]), Number(range[1])] as const };
    return { layer: kan(c.number("params", "in"), c.number("params", "out"), options) };
  }),
  dropout: layerCase((c) => {
    // Dropout is random, so a case cannot state a result.
    if (flag(c, "training")) throw new Unsupported("dropout in training");
    return { layer: dropout(c.number("params", "p")) };
  }),
};
