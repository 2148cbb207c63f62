/** Cases of sequence layers, whose weights have PyTorch's names. */
import { elements } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import { FORBIDDEN } from "../../graph/ops/attention.ts";
import { grad } from "../../graph/grad.ts";
import { add, mul } from "../../graph/ops/pointwise.ts";
import type { Cell } from "../../graph/ops/recurrentCells.ts";
import { regroup } from "../../graph/ops/regroup.ts";
import { total } from "../../nn/loss.ts";
import { type RecurrentNodes, type RecurrentSite, recur } from "../../nn/sequence/recurrent.ts";
import { place } from "../../graph/ops/view.ts";
import { buildContext } from "../../nn/chain.ts";
import { defineLayer } from "../../nn/define-layer.ts";
import type { Layer, Parameter, ParameterView } from "../../nn/layer.ts";
import { attendTo } from "../../nn/sequence/attention.ts";
import { type TransformerOptions, transformerBlock } from "../../nn/sequence/transformer.ts";
import { parseActivation } from "../../nn/parse.ts";
import { CaseGraph, floats } from "./case-graph.ts";
import type { OracleCase } from "./oracle.ts";
import { type Output, type Runner, type Values, oneRun } from "./problem.ts";

/** A view of a parameter, from row `from` on. */
export interface Slice {
  readonly view: string;
  readonly from?: number;
}

/** A view that holds part of an oracle tensor: `count` elements, from `start` in the tensor and from `first` in the view. */
interface Piece {
  readonly parameter: Parameter;
  readonly view: ParameterView;
  readonly first: number;
  readonly start: number;
  readonly count: number;
}

/** Maps an oracle tensor to parameters: it fills the slices in order, each up to its view's end, until the tensor ends. */
export function piecesOf(
  parameters: readonly Parameter[],
  shape: readonly number[],
  slices: readonly Slice[],
  prefix: string,
): Piece[] {
  const size = elements(shape);
  const pieces: Piece[] = [];
  let start = 0;
  for (const { view: name, from = 0 } of slices) {
    const found = parameters
      .flatMap((parameter) => parameter.views.map((view) => ({ parameter, view })))
      .find(({ view }) => view.name === `${prefix}${name}`);
    if (found === undefined) throw new Error(`no parameter ${prefix}${name}`);
    const first = from * elements(found.view.shape.slice(1));
    const count = Math.min(size - start, elements(found.view.shape) - first);
    pieces.push({ ...found, first, start, count });
    start += count;
  }
  return pieces;
}

/** Writes a tensor's values into the parameters' starting values. */
export function fill(pieces: readonly Piece[], values: Values, start: Map<string, Float32Array>): void {
  for (const { parameter, view, first, start: at, count } of pieces) {
    const all = start.get(parameter.node.label)!;
    for (let i = 0; i < count; i++) all[view.index(first + i)] = values[at + i]!;
  }
}

/** Reads a tensor's values from those of the parameters. */
export function collect(pieces: readonly Piece[], of: (parameter: Parameter) => Values): Float32Array {
  const parts = pieces.map(({ parameter, view, first, count }) => {
    const all = of(parameter);
    return Float32Array.from({ length: count }, (_, i) => all[view.index(first + i)]!);
  });
  return Float32Array.from(parts.flatMap((part) => Array.from(part)));
}

/** The gradient of a tensor that lies in one parameter, or in several with the same number of rows, joined side by side. */
function gradientsOf(build: CaseGraph, y: Node, pieces: readonly Piece[]): Output {
  const nodes = [...new Set(pieces.map(({ parameter }) => parameter.node))];
  if (nodes.length === 1)
    return { node: () => build.gradient(y, nodes[0]!), finish: (all) => collect(pieces, () => all) };
  const widths = nodes.map(({ shape }) => shape[2]!);
  const size = widths.reduce((sum, n) => sum + n, 0);
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, n) => sum + n, 0));
  return {
    node: () =>
      nodes
        .map((node, i) => place(build.gradient(y, node), { axis: 2, start: starts[i]!, step: 1, size }))
        .reduce((sum, part) => add(sum, part)),
    finish: (all) =>
      collect(pieces, ({ node }) => {
        const [start, width] = [starts[nodes.indexOf(node)]!, node.shape[2]!];
        return Float32Array.from(
          { length: elements(node.shape) },
          (_, e) => all[Math.floor(e / width) * size + start + (e % width)]!,
        );
      }),
  };
}

interface SequenceLayer {
  readonly layer: Layer;
  /** Other data inputs whose gradients the case may list. */
  readonly inputs?: Readonly<Record<string, Node>>;
  /** Where a weight of the case lies. Default: in the view of the same name. */
  readonly slices?: (name: string) => readonly Slice[];
}

const sequenceCase =
  (make: (oracleCase: OracleCase, build: CaseGraph) => SequenceLayer): Runner =>
  (oracleCase, tolerances) => {
    const build = new CaseGraph(oracleCase);
    const { shape } = build.input("x");
    const x = build.data("x", [1, ...shape]);
    build.data("gy", [1, ...oracleCase.tensor("in", "gy").shape]);
    const { layer, inputs = {}, slices = (name) => [{ view: name }] } = make(oracleCase, build);
    const context = buildContext(build.graph, 1, true);
    const y = layer.build({ ...context, name: "layer" }, x);
    const start = new Map(context.parameters.map(({ node, init }) => [node.label, init(0)]));
    const outputs: Record<string, Output> = {
      y: { node: () => y },
      dx: { node: () => build.gradient(y, x) },
    };
    for (const [name, node] of Object.entries(inputs))
      outputs[`d${name}`] = { node: () => build.gradient(y, node) };
    for (const name of oracleCase.group("weights").keys()) {
      const given = oracleCase.tensor("weights", name);
      const pieces = piecesOf(context.parameters, given.shape, slices(name), "layer.");
      fill(pieces, given.data, start);
      outputs[`grads.${name}`] = gradientsOf(build, y, pieces);
    }
    for (const [name, values] of start) build.start.set(name, values);
    return oneRun(oracleCase, tolerances, build, "sequence", outputs);
  };

const flag = (oracleCase: OracleCase, name: string): boolean => oracleCase.get("params", name) === true;

const attention = sequenceCase((c, build) => {
  const heads = c.number("params", "heads");
  const memory = flag(c, "cross") ? build.data("memory", [1, ...build.input("memory").shape]) : undefined;
  let mask: Node | undefined;
  if (flag(c, "keyPadding")) {
    const { shape } = build.input("keyPadding");
    const values = floats(build.input("keyPadding")).map((ignored) => (ignored === 0 ? 0 : FORBIDDEN));
    mask = build.data("keyPadding", [1, shape[0]!, 1, 1, shape[1]!], values);
  }
  const options = {
    heads,
    causal: flag(c, "causal"),
    bias: flag(c, "bias"),
    ...(mask && { mask }),
    ...(memory && { memory }),
  };
  return {
    layer: defineLayer({ kind: "attention", build: (context, x) => attendTo(context, x, options) }),
    ...(memory && { inputs: { memory } }),
    slices(name) {
      if (memory === undefined || !name.startsWith("in_proj")) return [{ view: name }];
      return ["q", "k", "v"].map((part) => ({ view: name.replace("in", part) }));
    },
  };
});

/** Our names of activations, by the oracle's names where they differ. */
const activationNames: Readonly<Record<string, string>> = { gelu_erf: "gelu" };

export const activationOf = (name: string): Layer => parseActivation(activationNames[name] ?? name);

const block = sequenceCase((c) => {
  const options: TransformerOptions = {
    activation: activationOf(c.text("params", "activation")),
    hidden: c.number("params", "ffDim"),
    norm: c.text("params", "norm") === "post" ? "post" : "pre",
    normType: c.text("params", "normType") === "rmsnorm" ? "rms" : "layer",
    eps: c.number("params", "eps"),
    causal: flag(c, "causal"),
    bias: flag(c, "bias"),
  };
  return { layer: transformerBlock(c.number("params", "dim"), c.number("params", "heads"), options) };
});

/** A recurrent layer with its first and last states. The oracle lists h and c separately, each as [layers, batch, hidden]. */
const recurrentCase =
  (cellOf: (oracleCase: OracleCase) => Cell): Runner =>
  (oracleCase, tolerances) => {
    const cell = cellOf(oracleCase);
    const [hidden, layers] = [oracleCase.number("params", "hidden"), oracleCase.number("params", "layers")];
    const [x, build] = [oracleCase.tensor("in", "x"), new CaseGraph(oracleCase)];
    const [batch = 1] = x.shape;
    const input = build.data("x", [1, ...x.shape]);
    const states = cell === "lstm" ? ["h", "c"] : ["h"];
    const first = states.map((state) => `${state}0`).filter((name) => oracleCase.has("in", name));
    const width = states.length * hidden;
    // Joins h and c, each [layers, batch, hidden], into one tensor per layer.
    const layerOf = (names: readonly string[], l: number): Float32Array =>
      Float32Array.from({ length: batch * width }, (_, i) => {
        const [sample, at] = [Math.floor(i / width), i % width];
        const { data } = build.input(names[Math.floor(at / hidden)]!);
        return data[(l * batch + sample) * hidden + (at % hidden)]!;
      });
    const eachLayer = Array.from({ length: layers }, (_, l) => l);
    const start =
      first.length === 0
        ? undefined
        : eachLayer.map((l) => build.data(`start${l}`, [1, batch, width], layerOf(first, l)));
    const context = buildContext(build.graph, 1, true);
    const site: RecurrentSite = { cell, hidden, layers, ...(start && { start }) };
    let made: RecurrentNodes | undefined;
    const layer = defineLayer({
      kind: "recurrent",
      sampleShape: (sample) => [hidden, ...sample.slice(1)],
      build: (within, node) => (made = recur(within, node, site)).y,
    });
    const y = layer.build({ ...context, name: "layer" }, input);
    // The result and each layer's last states all have cotangents.
    const given = states.map((state) => `g${state}n`);
    const ends = eachLayer.map((l) => build.data(`end${l}`, [1, batch, 1, width], layerOf(given, l)));
    const gy = build.data("gy", y.shape);
    const terms = [mul(y, gy), ...made!.last.map((node, l) => mul(node, ends[l]!))].map(total);
    const loss = terms.reduce((sum, term) => add(sum, term));
    const gradient = (node: Node): Node => grad(loss, [node])[0]!;
    const values = new Map(context.parameters.map(({ node, init }) => [node.label, init(0)]));
    const outputs: Record<string, Output> = {
      y: { node: () => y },
      dx: { node: () => gradient(input) },
    };
    const stacked = (nodes: readonly Node[]): Node =>
      nodes
        .map((node, l) =>
          place(regroup(node, [batch]), { axis: 2, start: l * width, step: 1, size: layers * width }),
        )
        .reduce((sum, node) => add(sum, node));
    for (const [s, state] of states.entries()) {
      // [batch, layers * width] to this state's [layers, batch, hidden].
      const finish = (all: Values): Values =>
        Float32Array.from({ length: layers * batch * hidden }, (_, i) => {
          const [l, sample] = [Math.floor(i / (batch * hidden)), Math.floor(i / hidden) % batch];
          return all[(sample * layers + l) * width + s * hidden + (i % hidden)]!;
        });
      outputs[`${state}n`] = { node: () => stacked(made!.last), finish };
      outputs[`d${state}0`] = { node: () => stacked(start!.map(gradient)), finish };
    }
    for (const name of oracleCase.group("weights").keys()) {
      const weight = oracleCase.tensor("weights", name);
      const pieces = piecesOf(context.parameters, weight.shape, [{ view: name }], "layer.");
      fill(pieces, weight.data, values);
      outputs[`grads.${name}`] = {
        node: () => gradient(pieces[0]!.parameter.node),
        finish: (all) => collect(pieces, () => all),
      };
    }
    for (const [name, own] of values) build.start.set(name, own);
    return oneRun(oracleCase, tolerances, build, "sequence", outputs);
  };

/** Runners by the oracle's names of these layers. */
export const sequenceLayerRunners: Readonly<Record<string, Runner>> = {
  multi_head_attention: attention,
  transformer_block: block,
  rnn: recurrentCase((c) => (c.text("params", "nonlinearity") === "relu" ? "rnn_relu" : "rnn_tanh")),
  gru: recurrentCase(() => "gru"),
  lstm: recurrentCase(() => "lstm"),
};
