/** Cases of layers over sequences, whose weights have PyTorch's names. */
import { elements } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import { FORBIDDEN } from "../../graph/ops/attention.ts";
import { add } from "../../graph/ops/pointwise.ts";
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

/** Rows of a view of a parameter. */
export interface Slice {
  readonly view: string;
  readonly from?: number;
}

/** A parameter's view, and where a tensor of the oracle lies in it: its elements from `start` on are ours from `first` on. */
interface Piece {
  readonly parameter: Parameter;
  readonly view: ParameterView;
  readonly first: number;
  readonly start: number;
  readonly count: number;
}

/** A tensor of the oracle as it lies in parameters: slices one after the other, each to the end of its view or of the tensor. */
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

/** Puts a tensor's values where they lie in the parameters' own. */
export function fill(pieces: readonly Piece[], values: Values, start: Map<string, Float32Array>): void {
  for (const { parameter, view, first, start: at, count } of pieces) {
    const all = start.get(parameter.node.label)!;
    for (let i = 0; i < count; i++) all[view.index(first + i)] = values[at + i]!;
  }
}

/** A tensor's values from those of the parameters, by their names. */
export function collect(pieces: readonly Piece[], of: (parameter: Parameter) => Values): Float32Array {
  const parts = pieces.map(({ parameter, view, first, count }) => {
    const all = of(parameter);
    return Float32Array.from({ length: count }, (_, i) => all[view.index(first + i)]!);
  });
  return Float32Array.from(parts.flatMap((part) => Array.from(part)));
}

/** The gradient of a tensor that lies in one parameter, or in several of as many rows, which come out side by side. */
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
  /** Other inputs that are data, whose gradients may be asked for. */
  readonly inputs?: Readonly<Record<string, Node>>;
  /** Where a weight of the case lies; by default in the view of its name. */
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

/** Our names of activations by the oracle's, where they differ. */
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

/** Runners by the oracle's names of these layers. */
export const sequenceLayerRunners: Readonly<Record<string, Runner>> = {
  multi_head_attention: attention,
  transformer_block: block,
};
